import ArgumentParser

/// `relayctl dead-letters`: messages that could not become events.
struct DeadLettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letters",
        abstract: "Shows messages that could not become events, and tries them again or discards them.",
        discussion: """
            A message that the projector cannot store in noetl.event stays in noetl.event_dead_letter, as it came and \
            with the reason, until it is redriven or discarded.
            """,
        subcommands: [
            ListDeadLettersCommand.self, ShowDeadLetterCommand.self, RedriveDeadLettersCommand.self,
            DiscardDeadLettersCommand.self,
        ]
    )
}
