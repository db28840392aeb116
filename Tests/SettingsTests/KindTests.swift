import Settings
import Testing

struct KindTests {
    @Test
    func `what is absent has its default`() throws {
        let reader = SettingsReader(environment: [:])
        #expect(try reader.value(SampleSettings.count) == 3)
        #expect(try reader.value(SampleSettings.pause) == .milliseconds(1500))
        #expect(try reader.value(SampleSettings.once) == false)
        #expect(try reader.value(SampleSettings.name) == "none")
        #expect(try reader.value(SampleSettings.flavour) == .sweet)
        #expect(try reader.value(SampleSettings.file) == nil)
        #expect(try reader.value(SampleSettings.token) == nil)
    }

    @Test(arguments: [("1", 1), ("100", 100), ("+7", 7), ("007", 7)])
    func `a whole number within its range is read`(text: String, value: Int) throws {
        #expect(try SettingsReader(environment: ["NOETL_SAMPLE_COUNT": text]).value(SampleSettings.count) == value)
    }

    @Test(arguments: ["", " 1", "0", "101", "-1", "1.0", "1e1", "seven", "99999999999999999999"])
    func `any other number is a sentence with its name, its value and what is accepted`(text: String) {
        let reader = SettingsReader(environment: ["NOETL_SAMPLE_COUNT": text])
        let error = #expect(throws: SettingError.self) { try reader.value(SampleSettings.count) }
        #expect(error?.description == "NOETL_SAMPLE_COUNT is \"\(text)\"; it must be a whole number from 1 to 100.")
    }

    @Test(
        arguments: [("0", .zero), ("60", .seconds(60)), ("0.25", .milliseconds(250)), ("1e1", .seconds(10))]
            as [(String, Duration)]
    )
    func `seconds may have a fraction`(text: String, value: Duration) throws {
        let reader = SettingsReader(environment: ["NOETL_SAMPLE_PAUSE_SECONDS": text])
        #expect(try reader.value(SampleSettings.pause) == value)
    }

    @Test(arguments: ["", "-1", "60.1", "nan", "inf", "1s", "0x10p3"])
    func `any other time is a sentence`(text: String) {
        let reader = SettingsReader(environment: ["NOETL_SAMPLE_PAUSE_SECONDS": text])
        let error = #expect(throws: SettingError.self) { try reader.value(SampleSettings.pause) }
        let sentence = "NOETL_SAMPLE_PAUSE_SECONDS is \"\(text)\"; it must be a number of seconds from 0 to 60."
        #expect(error?.description == sentence)
    }

    @Test(
        arguments: [
            ("true", true), ("1", true), ("YES", true), ("On", true), ("false", false), ("0", false), ("no", false),
            ("off", false),
        ]
    )
    func `a switch is read from the usual words`(text: String, value: Bool) throws {
        #expect(try SettingsReader(environment: ["NOETL_SAMPLE_ONCE": text]).value(SampleSettings.once) == value)
    }

    @Test(arguments: ["", "2", "maybe", "truee"])
    func `any other switch is a sentence`(text: String) {
        let reader = SettingsReader(environment: ["NOETL_SAMPLE_ONCE": text])
        let error = #expect(throws: SettingError.self) { try reader.value(SampleSettings.once) }
        #expect(error?.description.contains("it must be true or false") == true)
    }

    @Test
    func `a choice is one of its words, in any case`() throws {
        let good = SettingsReader(environment: ["NOETL_SAMPLE_FLAVOUR": "Sour"])
        #expect(try good.value(SampleSettings.flavour) == .sour)
        let bad = SettingsReader(environment: ["NOETL_SAMPLE_FLAVOUR": "salty"])
        let error = #expect(throws: SettingError.self) { try bad.value(SampleSettings.flavour) }
        #expect(error?.description == "NOETL_SAMPLE_FLAVOUR is \"salty\"; it must be one of sweet, sour.")
    }

    @Test
    func `a text must not be empty, an optional one may be and then is absent`() throws {
        let empty = SettingsReader(environment: ["NOETL_SAMPLE_NAME": "", "NOETL_SAMPLE_TOKEN": ""])
        #expect(throws: SettingError.self) { try empty.value(SampleSettings.name) }
        #expect(try empty.value(SampleSettings.token) == nil)
    }

    @Test
    func `a file must be there, be readable and be no folder`() throws {
        let good = SettingsReader(environment: ["SAMPLE_FILE": "/etc/passwd"])
        #expect(try good.value(SampleSettings.file) == "/etc/passwd")
        for path in ["/nonexistent", "/etc"] {
            let error = #expect(throws: SettingError.self) {
                try SettingsReader(environment: ["SAMPLE_FILE": path]).value(SampleSettings.file)
            }
            #expect(error?.description == "SAMPLE_FILE is \"\(path)\"; it must be the path of a readable file.")
        }
    }

    @Test
    func `a secret is never shown`() {
        let reader = SettingsReader(environment: ["NOETL_SAMPLE_TOKEN": "hunter2 hunter2"])
        let error = #expect(throws: SettingError.self) { try reader.value(SampleSettings.token) }
        #expect(
            error?.description == "NOETL_SAMPLE_TOKEN has an unusable value; it must be a token without blanks."
        )
    }
}
