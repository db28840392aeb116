import Settings
import Testing

struct PrecedenceTests {
    @Test
    func `the flag wins over the environment, which wins over the default`() throws {
        let environment = ["NOETL_SAMPLE_COUNT": "5"]
        let reader = SettingsReader(flags: ["NOETL_SAMPLE_COUNT": "7"], environment: environment)
        #expect(try reader.value(SampleSettings.count) == 7)
        #expect(try SettingsReader(environment: environment).value(SampleSettings.count) == 5)
    }

    @Test
    func `the other names are read in turn where the first is not set`() throws {
        let both = SettingsReader(environment: ["NOETL_SAMPLE_NAME": "own", "SAMPLE_NAME": "alias"])
        #expect(try both.value(SampleSettings.name) == "own")
        #expect(both.givenName(of: SampleSettings.name) == "NOETL_SAMPLE_NAME")
        let alias = SettingsReader(environment: ["SAMPLE_NAME": "alias"])
        #expect(try alias.value(SampleSettings.name) == "alias")
        #expect(alias.givenName(of: SampleSettings.name) == "SAMPLE_NAME")
        #expect(SettingsReader(environment: [:]).givenName(of: SampleSettings.name) == "NOETL_SAMPLE_NAME")
    }

    @Test
    func `an unusable value under another name is blamed on that name`() {
        let reader = SettingsReader(environment: ["SAMPLE_NAME": ""])
        let error = #expect(throws: SettingError.self) { try reader.value(SampleSettings.name) }
        #expect(error?.description.hasPrefix("SAMPLE_NAME is \"\"") == true)
    }

    @Test
    func `a value is taken as it is, blanks and all`() throws {
        let reader = SettingsReader(environment: ["NOETL_SAMPLE_NAME": " a=b,c "])
        #expect(try reader.value(SampleSettings.name) == " a=b,c ")
    }
}
