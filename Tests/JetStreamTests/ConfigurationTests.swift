import JetStream
import Settings
import Testing

struct ConfigurationTests {
    private static let url = NATSConfiguration.url("NOETL_EVENT_NATS_URL")

    @Test(
        arguments: [
            "nats://h", "nats://h:4222", "tls://u:p@h:4222", "nats://a:1,nats://b:2", "NATS://token@h",
            "nats://[::1]:4222",
            "nats://[::1]",
        ]
    )
    func `a URL that NATS clients know is accepted`(text: String) throws {
        let reader = SettingsReader(environment: ["NOETL_EVENT_NATS_URL": text, "NATS_URL": "nats://other"])
        #expect(try NATSConfiguration(settings: reader, url: Self.url, name: "tests").url == text)
    }

    @Test(
        arguments: [
            "", "h", "h:4222", "http://h", "nats://", "nats://:4222", "nats://h:port", "nats://h:0", "nats://h:65536",
            "nats://a,", "nats://a b", "nats://h/path", "nats://a, nats://b",
        ]
    )
    func `any other is a sentence that names the setting`(text: String) {
        let reader = SettingsReader(environment: ["NOETL_EVENT_NATS_URL": text])
        let error = #expect(throws: SettingError.self) {
            try NATSConfiguration(settings: reader, url: Self.url, name: "tests")
        }
        #expect(error?.description.hasPrefix("NOETL_EVENT_NATS_URL ") == true)
    }

    @Test
    func `NATS_URL is read where the program's own variable is not set, then the default`() throws {
        let alias = SettingsReader(environment: ["NATS_URL": "nats://alias"])
        #expect(try NATSConfiguration(settings: alias, url: Self.url, name: "tests").url == "nats://alias")
        let bare = SettingsReader(environment: [:])
        #expect(try NATSConfiguration(settings: bare, url: Self.url, name: "tests").url == "nats://127.0.0.1:4222")
    }

    @Test(arguments: ["NATS_CREDS", "NATS_CA_FILE", "NATS_CERT_FILE", "NATS_KEY_FILE"])
    func `a file that cannot be read is a sentence that names the setting and the file`(name: String) {
        let reader = SettingsReader(environment: [name: "/nonexistent.pem"])
        let error = #expect(throws: SettingError.self) {
            try NATSConfiguration(settings: reader, url: Self.url, name: "tests")
        }
        #expect(error?.description == "\(name) is \"/nonexistent.pem\"; it must be the path of a readable file.")
    }

    @Test(arguments: ["NATS_CERT_FILE", "NATS_KEY_FILE"])
    func `a certificate without its key, or a key without its certificate, is a sentence`(name: String) {
        let reader = SettingsReader(environment: [name: "/etc/passwd"])
        let error = #expect(throws: SettingError.self) {
            try NATSConfiguration(settings: reader, url: Self.url, name: "tests")
        }
        #expect(error?.description.hasSuffix("NATS_CERT_FILE and NATS_KEY_FILE go together.") == true)
    }
}
