import InternalContract

/// Makes one request after the other, of all kinds, and knows from the contract what each is answered.
struct ContractDialogue {
    var random: SeededGenerator
    var outbox = OutboxModel()
    var events: EventModel

    private static let base = "/api/internal/"

    /// The next case; what it does to the tables is done to the models.
    mutating func next() -> ContractCase {
        switch self.random.integer(0...99) {
        case 0..<22: return self.claim()
        case 22..<38: return self.markPublished()
        case 38..<54: return self.markFailed()
        case 54..<82: return self.project()
        case 82..<83: return self.pendingCount()
        case 83..<89: return self.malformed()
        case 89..<91: return self.otherContent()
        case 91..<95: return self.unauthorized()
        default: return self.misdirected()
        }
    }

    // MARK: outbox

    private mutating func claim() -> ContractCase {
        if self.random.oneIn(20) { return self.withoutObject("outbox/claim") }
        guard !self.random.oneIn(5) else {
            let limit = self.random.pick([
                .noInteger(&self.random), .null, self.integer(0), self.integer(-5), self.integer(1001),
                self.integer(1_000_000), .integer(.max), .integer(.min), .bool(false),
            ])
            return self.refused("outbox/claim", [("limit", limit)], ["limit"])
        }
        var members: [(String, Tree)] = []
        var limit: Int64 = 100
        if !self.random.oneIn(6) {
            limit = Int64(self.random.oneIn(10) ? self.random.pick([1, 1000]) : self.random.integer(1...12))
            members.append(("limit", self.integer(limit)))
        }
        let isOrdered = self.random.oneIn(3)
        if isOrdered || self.random.oneIn(4) { members.append(("ordered", .bool(isOrdered))) }
        let rows = self.outbox.claim(limit: limit, isOrdered: isOrdered).map { id -> String in
            guard let row = self.outbox.rows[id] else { return "" }
            return #"{"outbox_id":\#(id),"event_id":\#(row.event),"execution_id":"#
                + (row.execution.map { "\($0)" } ?? "null") + #","subject":"#
                + (row.subject.map { "\"\($0)\"" } ?? "null") + #","payload":\#(row.payload),"#
                + #""payload_codec":"arrow-feather","attempts":\#(row.attempts)}"#
        }
        return self.answered(
            "outbox/claim",
            members,
            #"{"rows":[\#(rows.joined(separator: ","))],"claimed":\#(rows.count)}"#
        )
    }

    private mutating func markPublished() -> ContractCase {
        if self.random.oneIn(20) { return self.withoutObject("outbox/mark-published") }
        if self.random.oneIn(10) {
            let list = self.random.pick([Tree.null, .array([]), .text("1"), .integer(1), .object([]), .bool(true)])
            let members = self.random.oneIn(3) ? [] : [("outbox_ids", list)]
            return self.refused("outbox/mark-published", members, ["outbox_ids"])
        }
        var ids: [Int64] = []
        for _ in 0..<self.random.integer(1...(self.random.oneIn(30) ? 400 : 6)) { ids.append(self.anyID()) }
        var elements = ids.map { self.integer($0) }
        guard !self.random.oneIn(6) else {
            var places: Set<String> = []
            for _ in 0..<self.random.integer(1...3) {
                let index = self.random.integer(0...elements.count - 1)
                elements[index] = self.random.oneIn(4) ? .null : .noInteger(&self.random)
                places.insert("outbox_ids.\(index)")
            }
            return self.refused("outbox/mark-published", [("outbox_ids", .array(elements))], places)
        }
        let marked = self.outbox.markPublished(ids)
        return self.answered("outbox/mark-published", [("outbox_ids", .array(elements))], #"{"marked":\#(marked)}"#)
    }

    private mutating func markFailed() -> ContractCase {
        if self.random.oneIn(20) { return self.withoutObject("outbox/mark-failed") }
        let id = self.anyID()
        let error = self.random.oneIn(8) ? Tree.unstorableText(&self.random) : .randomText(&self.random)
        let attempts: Int64? =
            self.random.oneIn(2)
            ? self.outbox.rows[id].map { max(1, $0.attempts) }
            : self.random.pick([nil, 1, 2, 3, 5, 8, 9, 10, 100, .max])
        let claimed: Int64? =
            self.random.oneIn(2)
            ? self.outbox.rows[id].map { max(1, $0.attempts) }
            : self.random.pick([nil, nil, nil, 1, 2, 3, .max])
        let maximum: Int64? = self.random.pick([nil, nil, 1, 3, 60, 300, 1000, .max])
        let isParked = self.random.oneIn(6)
        var members = [("outbox_id", self.integer(id)), ("error", error)]
        if let attempts { members.append(("attempts", self.integer(attempts))) }
        if let claimed {
            members.append(("claimed_attempts", self.integer(claimed)))
        } else if self.random.oneIn(4) {
            members.append(("claimed_attempts", .null))
        }
        if let maximum { members.append(("max_delay_seconds", self.integer(maximum))) }
        if isParked || self.random.oneIn(6) { members.append(("park", .bool(isParked))) }
        guard !self.random.oneIn(4) else {
            var places: Set<String> = []
            let fields = ["outbox_id", "error", "attempts", "claimed_attempts", "max_delay_seconds"]
            for field in fields where self.random.oneIn(3) {
                members.removeAll { $0.0 == field }
                places.insert(field)
                let isRequired = field == "outbox_id" || field == "error"
                if isRequired, self.random.oneIn(3) { continue }
                let wrong: Tree =
                    switch field {
                    case "error": self.random.pick([.null, .integer(5), .bool(true), .array([]), .object([])])
                    case "outbox_id": self.random.oneIn(4) ? .null : .noInteger(&self.random)
                    case "claimed_attempts":
                        self.random.pick([.noInteger(&self.random), self.integer(0), .integer(-1), .bool(false)])
                    default:
                        self.random.pick([.noInteger(&self.random), .null, self.integer(0), .integer(-1), .bool(false)])
                    }
                members.append((field, wrong))
            }
            guard places.isEmpty else { return self.refused("outbox/mark-failed", members, places) }
            return self.markFailed()
        }
        guard !isParked else {
            let isMarked = self.outbox.park(id, error: error.string ?? "", claimed: claimed)
            return self.answered("outbox/mark-failed", members, #"{"marked":\#(isMarked),"available_at_in":null}"#)
        }
        let (isMarked, delay) = self.outbox.markFailed(
            id,
            error: error.string ?? "",
            attempts: attempts,
            claimed: claimed,
            maximum: maximum ?? 300
        )
        return self.answered(
            "outbox/mark-failed",
            members,
            #"{"marked":\#(isMarked),"available_at_in":\#(delay)}"#
        )
    }

    private func pendingCount() -> ContractCase {
        ContractCase(
            method: "GET",
            path: Self.base + "outbox/pending-count",
            expected: .init(status: 200, body: #"{"pending":\#(self.outbox.pending)}"#)
        )
    }

    // MARK: events

    private mutating func project() -> ContractCase {
        if self.random.oneIn(30) { return self.withoutObject("events/project") }
        if self.random.oneIn(20) {
            let list = self.random.pick([Tree.null, .array([]), .text("x"), .object([]), .integer(1)])
            let members = self.random.oneIn(3) ? [] : [("events", list)]
            return self.refused("events/project", members, ["events"])
        }
        var envelopes: [Tree] = []
        let maker = EnvelopeMaker(
            catalog: self.events.catalog,
            isIDUnique: self.events.keyIsEvent,
            isFaulty: self.random.oneIn(3)
        )
        for _ in 0..<self.random.integer(1...(self.random.oneIn(30) ? 100 : 4)) {
            envelopes.append(maker.make(&self.random))
        }
        var stored: [(EventModel.Key, EventModel.Row)] = []
        var indices: [Int] = []
        var fieldPlaces: Set<String> = []
        var eventPlaces: Set<String> = []
        for (index, envelope) in envelopes.enumerated() {
            switch self.events.row(of: envelope, &self.random) {
            case .success(let row):
                stored.append(row)
                indices.append(index)
            case .failure(let refused):
                if refused.field.isEmpty { eventPlaces.insert("events.\(index)") }
                for field in refused.field.split(separator: ",") { fieldPlaces.insert("events.\(index).\(field)") }
            }
        }
        let members = [("events", Tree.array(envelopes))]
        eventPlaces.formUnion(self.events.strangers(in: stored).map { "events.\(indices[$0])" })
        let places = fieldPlaces.union(eventPlaces)
        guard places.isEmpty else { return self.refused("events/project", members, places, isComplete: false) }
        let inserted = self.events.insert(stored)
        return self.answered(
            "events/project",
            members,
            #"{"projected":\#(inserted),"duplicates":\#(stored.count - inserted)}"#
        )
    }

    // MARK: everything else

    private static let posts = [
        "outbox/claim", "outbox/mark-published", "outbox/mark-failed", "events/project", "events/dead-letters",
    ]

    private mutating func withoutObject(_ path: String) -> ContractCase {
        let body = self.random.pick(["", "  ", "null", "[]", "\"x\"", "5", "true", "[{\"limit\":1}]"])
        return ContractCase(
            path: Self.base + path,
            body: body.isEmpty && self.random.oneIn(2) ? nil : Array(body.utf8),
            expected: .init(status: 422, places: [""], isComplete: true)
        )
    }

    private mutating func malformed() -> ContractCase {
        let texts = [
            "{", "{}x", "{} {}", "{'limit':1}", "{\"limit\":NaN}", "{\"limit\":Infinity}", "{\"limit\":-Infinity}",
            "{\"limit\":1,}", "{\"limit\":01}", "{\"limit\":1.}", "{\"limit\":.5}", "{\"limit\":+1}",
            "{\"x\":\"\u{1}\"}",
            "{\"x\":\"\\x\"}", "{\"x\":\"\\u12\"}", "{\"x\":tru}", "{limit:1}", "{\"a\":1 \"b\":2}", "{\"a\"}",
            "{/**/}",
            "]", "\u{FEFF}\u{FEFF}{}", "{\"x\":" + String(repeating: "[", count: 5000),
            "{\"x\":" + String(repeating: "[", count: 3000) + String(repeating: "]", count: 3000) + "}",
        ]
        let foreign: [[UInt8]] = [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xC3], [0xF5, 0x80, 0x80, 0x80]]
        let path = Self.base + self.random.pick(Self.posts)
        guard self.random.oneIn(3) else {
            let text = self.random.pick(texts)
            return ContractCase(path: path, body: Array(text.utf8), expected: .init(status: 422))
        }
        let bytes = Array("{\"x\":\"".utf8) + self.random.pick(foreign) + Array("\"}".utf8)
        return ContractCase(path: path, body: bytes, expected: .init(status: 400))
    }

    private mutating func otherContent() -> ContractCase {
        let type = self.random.pick([
            "text/plain", "text/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json",
            "application/jsonp", "application/octet-stream", "*/*",
        ])
        return ContractCase(
            path: Self.base + self.random.pick(Self.posts),
            headers: [("Content-Type", type)],
            body: Array("{}".utf8),
            expected: .init(status: 422)
        )
    }

    private mutating func unauthorized() -> ContractCase {
        let token = API.token
        let value = self.random.pick([
            nil, "", "Bearer", "Bearer ", token, "Basic \(token)", "Bearer \(token)x", "Bearer x\(token)",
            "Bearer \(token.dropLast())", "Bearer \"\(token)\"", "Bearer \(token.uppercased())", "Token \(token)",
            "Bearer ä", "Bearer=\(token)", "BearerX \(token)",
        ])
        let (method, path) = self.random.pick(
            Self.posts.map { ("POST", $0) } + [("GET", "outbox/pending-count")]
        )
        let body = self.random.pick(["{}", "{", "", "[]", "{\"limit\":1}"])
        return ContractCase(
            method: method,
            path: Self.base + path,
            headers: [("Authorization", value ?? "\0")],
            body: method == "POST" ? Array(body.utf8) : nil,
            expected: .init(status: 403)
        )
    }

    private mutating func misdirected() -> ContractCase {
        guard self.random.oneIn(2) else {
            let routes = Self.posts.map { ($0, "POST") } + [("outbox/pending-count", "GET")]
            let (path, allowed) = self.random.pick(routes)
            let method = self.random.pick(
                ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"].filter { $0 != allowed }
            )
            let body = method == "HEAD" ? nil : #"{"detail":"Method Not Allowed"}"#
            return ContractCase(
                method: method,
                path: Self.base + path,
                expected: .init(status: 405, body: body, allow: allowed)
            )
        }
        let path = self.random.pick([
            "/", "/api/internal", "/api/internal/", "/api/internal/outbox", "/api/internal/outbox/claims",
            "/api/internal/outbox/Claim", "/API/internal/outbox/claim", "/api/internal/outbox/claim/",
            "/api/internal/outbox//claim", "/api/internal/events/projects", "/api/internal/events/project/1",
            "/api/internal/outbox/pending_count",
        ])
        return ContractCase(
            method: self.random.pick(["GET", "POST"]),
            path: path,
            headers: self.random.oneIn(2) ? [] : [("Authorization", "\0")],
            expected: .init(status: 404, body: #"{"detail":"Not Found"}"#)
        )
    }

    // MARK: parts

    private mutating func integer(_ value: Int64) -> Tree { .integer(value, &self.random) }

    /// A row's key, or one of none.
    private mutating func anyID() -> Int64 {
        if self.random.oneIn(12) { return self.random.pick([0, -1, .max, .min, 99_999_999]) }
        let inFlight = self.outbox.rows.filter { $0.value.status == "IN_FLIGHT" }.keys.sorted()
        if !inFlight.isEmpty, !self.random.oneIn(3) { return self.random.pick(inFlight) }
        return self.random.pick(self.outbox.rows.keys.sorted())
    }

    private mutating func answered(_ path: String, _ members: [(String, Tree)], _ body: String) -> ContractCase {
        self.sent(path, members, .init(status: 200, body: body))
    }

    private mutating func refused(
        _ path: String,
        _ members: [(String, Tree)],
        _ places: Set<String>,
        isComplete: Bool = true
    ) -> ContractCase {
        self.sent(path, members, .init(status: 422, places: places, isComplete: isComplete))
    }

    /// A request with these members, in any order, between unknown ones and such as are overridden, in one of the ways
    /// in which JSON may be sent.
    private mutating func sent(
        _ path: String,
        _ members: [(String, Tree)],
        _ expected: ContractCase.Expected
    ) -> ContractCase {
        var all = members.map { (key: $0.0, value: $0.1) }
        all.shuffle(using: &self.random)
        if self.random.oneIn(5) {
            all.insert((self.random.pick(["unknown", "ids", "Limit", ""]), .random(&self.random)), at: 0)
        }
        if self.random.oneIn(10), let overridden = all.last {
            all.insert((overridden.key, .random(&self.random)), at: 0)
        }
        var body = Array(Tree.object(all).json(&self.random).utf8)
        if self.random.oneIn(15) { body.insert(contentsOf: [0xEF, 0xBB, 0xBF], at: 0) }
        var headers: [(String, String)] = []
        if self.random.oneIn(4) {
            let type = self.random.pick([
                "application/json", "APPLICATION/Json", "application/json; charset=utf-8", "application/vnd.noetl+json",
                "application/problem+JSON;q=1",
            ])
            headers.append(("Content-Type", type))
        }
        if self.random.oneIn(6) {
            headers.append(("Authorization", self.random.pick(["bearer \(API.token)", "BEARER   \(API.token)  "])))
        }
        var target = Self.base + path
        if self.random.oneIn(20) { target = target.replacing("o", with: self.random.pick(["%6f", "%6F"])) }
        return ContractCase(
            path: target,
            headers: headers,
            body: body,
            isChunked: self.random.oneIn(6),
            expected: expected
        )
    }
}
