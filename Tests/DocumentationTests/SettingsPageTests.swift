import Foundation
import ServiceRuntime
import Settings
import Testing

@testable import InternalAPI
@testable import OutboxPublisher
@testable import Projector

struct SettingsPageTests {
    private let page = SettingsPage(
        programs: [
            .init(name: "outbox-publisher", settings: PublisherSettings.all + LogSettings.settings),
            .init(name: "projector", settings: ProjectorSettings.all + LogSettings.settings),
            .init(name: "internal-api", settings: APISettings.all + LogSettings.settings),
        ]
    )

    @Test func `docs/settings.md says what the programs read`() throws {
        let file = Page("settings.md")
        if Page.isWriting { try self.page.text.write(to: file.url, atomically: true, encoding: .utf8) }
        #expect(try file.text == self.page.text, "run `make docs`")
    }

    @Test func `a setting is declared once in a program, and its flag stands for nothing else`() {
        for program in self.page.programs {
            let names = program.settings.map(\.name)
            #expect(Set(names).count == names.count, "\(program.name)")
            let flags = program.settings.flatMap { setting in Set(setting.flags).map { ($0, setting.name) } }
            let claimed = Dictionary(grouping: flags, by: \.0).filter { $0.value.count > 1 && $0.key != "nats-url" }
            #expect(claimed.isEmpty, "\(program.name)")
        }
    }

    @Test func `the README names no setting that no program reads`() throws {
        let known = Set(self.page.programs.flatMap { $0.settings.flatMap(\.names) })
        let readme = try Page("../README.md").text
        for word in readme.matches(of: /\b(?:NOETL|NATS|POSTGRES|LOG)_[A-Z_]*[A-Z]\b/).map({ String($0.output) }) {
            #expect(known.contains(word), "\(word)")
        }
    }
}
