import ArgumentParser
import EventLog

/// Which dead letters a command changes: those with the given ids, or all for which the given filters hold.
struct DeadLetterSelection: ParsableArguments {
    @Argument(help: "The ids of the dead letters.")
    var ids: [Int64] = []

    @Flag(help: "All dead letters, or all for which the filters hold.")
    var all = false

    @OptionGroup
    var filters: DeadLetterFilterOptions

    /// The filter, where the dead letters are not named one by one.
    var filter: DeadLetterFilter? { self.ids.isEmpty ? self.filters.filter : nil }

    func validate() throws {
        let hasFilters = self.filters.filter != DeadLetterFilter()
        guard self.ids.isEmpty || !(self.all || hasFilters) else {
            throw ValidationError("Name ids, or use filters and --all, and not both.")
        }
        guard !self.ids.isEmpty || self.all else {
            throw ValidationError("Name the ids of dead letters, or use --all.")
        }
    }
}
