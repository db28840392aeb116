import Settings
import Testing

struct CommandLineTests {
    @Test(
        arguments: [
            ([], [:]), (["--sample-count", "5"], ["NOETL_SAMPLE_COUNT": "5"]),
            (["--sample-count=5"], ["NOETL_SAMPLE_COUNT": "5"]), (["--sample-name="], ["NOETL_SAMPLE_NAME": ""]),
            (["--sample-name", "a=b"], ["NOETL_SAMPLE_NAME": "a=b"]),
            (["--sample-name=a=b"], ["NOETL_SAMPLE_NAME": "a=b"]),
            (["--sample-once"], ["NOETL_SAMPLE_ONCE": "true"]),
            (["--sample-once", "false"], ["NOETL_SAMPLE_ONCE": "false"]),
            (["--sample-once", "--sample-count", "1"], ["NOETL_SAMPLE_ONCE": "true", "NOETL_SAMPLE_COUNT": "1"]),
            (["--sample-count", "-1"], ["NOETL_SAMPLE_COUNT": "-1"]),
            (["--sample-count", "1", "--sample-count", "2"], ["NOETL_SAMPLE_COUNT": "2"]),
            (["--sample-file", "/f"], ["SAMPLE_FILE": "/f"]),
        ] as [([String], [String: String])]
    )
    func `flags become values by the name of their variable`(arguments: [String], values: [String: String]) throws {
        #expect(try Self.parse(arguments) == .run(values))
    }

    @Test(arguments: ["--sample-name", "--other-name"])
    func `a flag of any of its names wins over a variable of any of them`(flag: String) throws {
        guard case .run(let values) = try Self.parse([flag, "flag"]) else {
            Issue.record("not run")
            return
        }
        for name in ["NOETL_SAMPLE_NAME", "SAMPLE_NAME", "OTHER_NAME"] {
            let reader = SettingsReader(flags: values, environment: [name: "variable"])
            #expect(try reader.value(SampleSettings.name) == "flag")
        }
    }

    @Test(
        arguments: [
            (["--help"], .help), (["-h"], .help), (["--version"], .version), (["--sample-once", "--help"], .help),
        ] as [([String], CommandLineFlags)]
    )
    func `the two screens are asked for by their flags`(arguments: [String], screen: CommandLineFlags) throws {
        #expect(try Self.parse(arguments) == screen)
    }

    @Test(
        arguments: [
            (["--sample-cuont", "5"], "--sample-cuont"), (["--noetl-sample-count", "5"], "--noetl-sample-count"),
            (["--sample-count"], "--sample-count needs a value"), (["5"], "\"5\""), (["-c"], "\"-c\""),
            (["--", "x"], "--"), (["--=x"], "--"),
        ]
    )
    func `anything else is a sentence that names it`(arguments: [String], part: String) {
        let error = #expect(throws: SettingError.self) { try Self.parse(arguments) }
        #expect(error?.description.hasPrefix(part) == true)
        #expect(error?.description.contains("--help") == true)
    }

    private static func parse(_ arguments: [String]) throws -> CommandLineFlags {
        try CommandLineFlags(parsing: arguments, settings: SampleSettings.all)
    }
}
