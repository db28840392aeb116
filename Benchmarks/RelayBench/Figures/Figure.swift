/// One quantity: ours and its limit, round by round.
struct Figure: Hashable, Sendable, Codable {
    /// What it is called in `--only`, in `bench.json` and in the record of the guard.
    let name: String
    /// What it is called in the table.
    let title: String
    /// Of both values.
    let unit: String
    /// What the services did, by round.
    let values: [Double]
    /// What the limit is, by round; empty where there is none.
    let limits: [Double]
    /// What it should be, if anything.
    let goal: Goal?

    /// Describes a quantity.
    init(
        _ name: String,
        _ title: String,
        unit: String,
        _ values: [Double],
        limit: [Double] = [],
        goal: Goal? = nil
    ) {
        self.name = name
        self.title = title
        self.unit = unit
        self.values = values
        self.limits = limit
        self.goal = goal
    }

    /// Ours over the limit of the same round.
    var ratios: [Double] { zip(self.values, self.limits).map { $0 / $1 } }

    /// Whether the goal is met by the median; `nil` without a goal.
    var isMet: Bool? {
        switch self.goal {
        case .ratio(let least): Spread(self.ratios).map { $0.median >= least }
        case .atMost(let most): Spread(self.values).map { $0.median <= most }
        case nil: nil
        }
    }
}
