import ServiceRuntime
import Settings
import Testing

@testable import Projector

struct ShardTests {
    @Test(
        arguments: [
            ("noetl.events.default.default.5.0", 0), ("noetl.events.default.default.5.6", 2), ("7", 3),
            ("a.123456789012345678901234567890", 2),
        ]
    )
    func `a subject that ends in a number belongs to that shard, modulo how many there are`(subject: String, index: Int)
    {
        for other in 0..<4 {
            #expect(Shard(index: other, count: 4).owns(text: subject) == (other == index))
        }
        #expect(Shard.whole.owns(text: subject))
    }

    @Test(arguments: ["noetl.events.own", "a.-1", "a.1x", "", "a.", "x", "a.１"])
    func `any other subject belongs to exactly one shard, always the same`(subject: String) {
        for count in [1, 2, 3, 16] {
            let owners = (0..<count).filter { Shard(index: $0, count: count).owns(text: subject) }
            #expect(owners.count == 1)
        }
    }

    @Test
    func `other subjects are spread over the shards`() {
        let owned = (0..<1000).count { Shard(index: 1, count: 4).owns(text: "noetl.events.own.name\($0)x") }
        #expect((150...350).contains(owned))
    }

    @Test(
        arguments: [
            // shards, published shards, subject, filter
            (4, 4, "noetl.events.*.*.*.*", "noetl.events.*.*.*.2"), (4, 4, "noetl.events.>", "noetl.events.>"),
            (4, 16, "noetl.events.*.*.*.*", "noetl.events.*.*.*.*"), (1, 1, "noetl.events.*", "noetl.events.*"),
            (4, 4, "*", "2"), (4, 4, "noetl.x*", "noetl.x*"),
        ]
    )
    func `the broker tells shards apart where publishers make as many`(
        count: Int,
        published: Int,
        subject: String,
        filter: String
    ) {
        let shard = count == 1 ? Shard.whole : Shard(index: 2, count: count)
        #expect(shard.toldApart(by: subject, publishedShards: published).filter(of: subject) == filter)
    }

    @Test(
        arguments: [
            ("noetl.events.t.o.5.0", 0), ("noetl.events.t.o.5.3", 3), ("noetl.events.t.o.5.4", 0),
            ("noetl.events.t.o.5.03", 0), ("noetl.events.t.o.5.done", 0), ("noetl.events.t.o.5.+1", 0),
            ("noetl.events.t.o.5.99999999999999999999", 0),
        ]
    )
    func `what the broker delivers to no other shard belongs to the first`(subject: String, index: Int) {
        for other in 0..<4 {
            let shard = Shard(index: other, count: 4).toldApart(by: "noetl.events.*.*.*.*", publishedShards: 4)
            #expect(shard.owns(text: subject) == (other == index))
        }
        let first = Shard(index: 0, count: 4).toldApart(by: "noetl.events.*.*.*.*", publishedShards: 4)
        #expect(first.filter(of: "noetl.events.*.*.*.*") == "noetl.events.*.*.*.*")
    }

    @Test
    func `each shard of each number of shards has a consumer of its own`() {
        #expect(Shard.whole.consumer("noetl-projector") == "noetl-projector")
        #expect(Shard(index: 1, count: 2).consumer("noetl-projector") == "noetl-projector-1-of-2")
        let apart = Shard(index: 1, count: 2).toldApart(by: "a.*", publishedShards: 2)
        #expect(apart.consumer("noetl-projector") == "noetl-projector-1-of-2-by-subject")
    }

    @Test(arguments: [("noetl-projector-3", 3), ("0", 0), ("shard007", 7), ("a-1-2", 2)])
    func `the index is the number at the end of the id`(id: String, index: Int) throws {
        let reader = SettingsReader(
            environment: ["NOETL_PROJECTOR_SHARD_COUNT": "8", "NOETL_PROJECTOR_SHARD_ID": id]
        )
        #expect(try Shard(reader) == Shard(index: index, count: 8))
    }

    @Test(arguments: [nil, "", "projector", "projector-8", "3-projector", "99999999999999999999"])
    func `an id that names no shard is refused with a sentence`(id: String?) {
        var environment = ["NOETL_PROJECTOR_SHARD_COUNT": "8"]
        environment["NOETL_PROJECTOR_SHARD_ID"] = id
        let reader = SettingsReader(environment: environment)
        let error = #expect(throws: SettingError.self) { try Shard(reader) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("NOETL_PROJECTOR_SHARD_ID"))
    }

    @Test
    func `without shards the id is nobody's business`() throws {
        let reader = SettingsReader(environment: ["NOETL_PROJECTOR_SHARD_ID": "projector"])
        #expect(try Shard(reader) == .whole)
    }
}

extension Shard {
    fileprivate func owns(text: String) -> Bool {
        Array(text.utf8).withUnsafeBytes { self.owns(subject: $0) }
    }
}
