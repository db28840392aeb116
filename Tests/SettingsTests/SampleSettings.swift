import Settings

/// Settings of every kind, for the tests.
enum SampleSettings {
    enum Flavour: String, CaseIterable, Sendable { case sweet, sour }

    static let count = Setting<Int>.integer("NOETL_SAMPLE_COUNT", default: 3, in: 1...100, "How many.")
    static let pause = Setting<Duration>.seconds("NOETL_SAMPLE_PAUSE_SECONDS", default: 1.5, in: 0...60, "How long.")
    static let once = Setting<Bool>.boolean("NOETL_SAMPLE_ONCE", default: false, "Whether once.")
    static let name = Setting<String>.text(
        "NOETL_SAMPLE_NAME",
        else: ["SAMPLE_NAME", "OTHER_NAME"],
        default: "none",
        "What name."
    )
    static let flavour = Setting<Flavour>.choice("NOETL_SAMPLE_FLAVOUR", default: .sweet, "Which flavour.")
    static let file = Setting<String?>.file("SAMPLE_FILE", "Which file.")
    static let token = Setting<String?>.optionalText(
        "NOETL_SAMPLE_TOKEN",
        "Which token.",
        accepted: "a token without blanks",
        isSecret: true,
        where: { !$0.contains(" ") }
    )

    static let all: [any SettingDescription] = [
        Self.count, Self.pause, Self.once, Self.name, Self.flavour, Self.file, Self.token,
    ]
}
