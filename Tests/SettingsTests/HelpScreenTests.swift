import Settings
import Testing

struct HelpScreenTests {
    private static let text = HelpScreen(
        program: "sample",
        summary: "Does something.",
        settings: SampleSettings.all
    ).description

    @Test
    func `it names every setting with its flag, its meaning and its default`() {
        for setting in SampleSettings.all {
            #expect(Self.text.contains("\(setting.name), --\(setting.flags.first ?? "")"))
            #expect(Self.text.contains(setting.meaning))
            if !setting.defaultText.isEmpty { #expect(Self.text.contains("(default: \(setting.defaultText))")) }
        }
    }

    @Test
    func `it says what the program does, how it is called and where else a value comes from`() {
        #expect(Self.text.hasPrefix("Does something.\n\nUSAGE: sample "))
        #expect(Self.text.contains("What name. Else SAMPLE_NAME, OTHER_NAME. (default: none)"))
        #expect(Self.text.contains("How long. (default: 1.5)"))
        #expect(Self.text.contains("--help, -h"))
        #expect(Self.text.contains("--version"))
    }

    @Test
    func `a flag is the variable without the project's prefix`() {
        #expect(SampleSettings.pause.flags == ["sample-pause-seconds"])
        #expect(SampleSettings.name.flags == ["sample-name", "sample-name", "other-name"])
        #expect(SampleSettings.file.flags == ["sample-file"])
        #expect(SampleSettings.once.isSwitch)
        #expect(!SampleSettings.count.isSwitch)
    }
}
