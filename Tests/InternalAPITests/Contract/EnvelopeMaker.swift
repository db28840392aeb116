/// Makes envelopes: good ones with every field in every form, and such as have something wrong.
struct EnvelopeMaker {
    let catalog: Set<Int64>?
    /// Whether no two events of different executions have one id.
    let isIDUnique: Bool
    let isFaulty: Bool

    func make(_ random: inout SeededGenerator) -> Tree {
        if self.isFaulty, random.oneIn(12) {
            return random.pick([.null, .integer(5), .text("x"), .array([]), .bool(true)])
        }
        var members: [(key: String, value: Tree)] = []
        func add(_ field: String, oneIn rarity: Int, _ value: Tree) {
            if random.oneIn(rarity) { members.append((field, value)) }
        }
        let event = Self.event(&random)
        let execution = self.isIDUnique ? event & 7 : random.oneIn(40) ? .max : Int64(random.integer(0...9))
        members.append(("event_id", .integer(event, &random)))
        members.append(("execution_id", .integer(execution, &random)))
        add("catalog_id", oneIn: 2, self.catalogEntry(&random))
        add("parent_event_id", oneIn: 3, random.oneIn(3) ? .null : .integer(Int64(random.integer(-5...5)), &random))
        for field in EventModel.textFields { add(field, oneIn: 3, random.oneIn(6) ? .null : .randomText(&random)) }
        for field in ["tenant_id", "organization_id"] { add(field, oneIn: 3, Self.name(&random)) }
        add("duration", oneIn: 3, random.pick([.null, .number("1.5"), .text("0.25"), .number("-3"), .number("1e-3")]))
        for field in ["context", "meta", "payload"] { add(field, oneIn: 3, .randomObject(&random)) }
        add("result", oneIn: 3, Self.result(&random))
        add("trace_component", oneIn: 6, random.pick([.null, .text("x"), .randomObject(&random)]))
        for field in ["timestamp", "created_at"] { add(field, oneIn: 3, Self.time(&random, self.isFaulty)) }
        add("unknown_field", oneIn: 4, .random(&random))
        if self.isFaulty, !random.oneIn(3) { self.spoil(&members, &random) }
        members.shuffle(using: &random)
        return .object(members)
    }

    private func catalogEntry(_ random: inout SeededGenerator) -> Tree {
        guard let catalog = self.catalog else {
            return random.oneIn(4) ? random.pick([.null, .text("")]) : .integer(Int64(random.integer(0...99)), &random)
        }
        if self.isFaulty, random.oneIn(6) { return .integer(4711, &random) }
        return random.oneIn(4)
            ? random.pick([.null, .text("")]) : .integer(random.pick(catalog.sorted()), &random)
    }

    /// From few, so that duplicates are many; sometimes the ends of what there is.
    private static func event(_ random: inout SeededGenerator) -> Int64 {
        random.oneIn(40) ? random.pick([.max, .min, 9_007_199_254_740_993, 0, -1]) : Int64(random.integer(1...400))
    }

    private static func name(_ random: inout SeededGenerator) -> Tree {
        random.pick([.null, .text(""), .text("tenant"), .number("42"), .number("1.50"), .number("-7"), .text("ü")])
    }

    private static func result(_ random: inout SeededGenerator) -> Tree {
        var members: [(key: String, value: Tree)] = [("status", .randomText(&random))]
        for field in ["context", "reference"] where random.oneIn(2) { members.append((field, .randomObject(&random))) }
        return random.oneIn(6) ? .null : .object(members)
    }

    private static func time(_ random: inout SeededGenerator, _ mayBeNone: Bool) -> Tree {
        if random.oneIn(8) { return random.pick([.null, .text("")]) }
        while true {
            let text = TimeText.random(&random)
            if mayBeNone || TimeText.microseconds(text) != nil { return .text(text) }
        }
    }

    /// Puts something wrong into an envelope, most of the time.
    private func spoil(_ members: inout [(key: String, value: Tree)], _ random: inout SeededGenerator) {
        let texts = EventModel.textFields
        let (field, value): (String, Tree) =
            switch random.integer(0...8) {
            case 0: ("event_id", random.pick([.null, .noInteger(&random)]))
            case 1: (random.pick(["execution_id", "parent_event_id"]), .noInteger(&random))
            case 2: (random.pick(texts), random.pick([.integer(5), .bool(true), .array([]), .object([])]))
            case 3: (random.pick(texts), .unstorableText(&random))
            case 4:
                (
                    random.pick(["context", "result", "meta", "payload"]),
                    random.pick([.text("x"), .integer(1), .array([]), .bool(false)])
                )
            case 5: (random.pick(["context", "meta", "payload"]), .object([("a", .array([.unstorableText(&random)]))]))
            case 6:
                (
                    "duration",
                    random.pick([
                        .text("fast"), .text("NaN"), .text("Infinity"), .number("1e400"), .array([]), .object([]),
                    ])
                )
            case 7:
                (
                    random.pick(["timestamp", "created_at"]),
                    random.pick([.integer(1_700_000_000), .array([]), .object([])])
                )
            default:
                (
                    "result",
                    random.pick([
                        .object([]), .object([("status", .integer(1))]),
                        .object([("status", .text("x")), ("y", .null)]),
                        .object([("status", .text("x")), ("context", .array([]))]),
                        .object([("status", .text("x")), ("reference", .null)]),
                    ])
                )
            }
        members.removeAll { $0.key == field }
        if field != "event_id" || !random.oneIn(3) { members.append((field, value)) }
    }
}
