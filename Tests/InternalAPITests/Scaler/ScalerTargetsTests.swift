import Testing

@testable import InternalAPI

struct ScalerTargetsTests {
    @Test func `without metadata of ours, defaults apply`() throws {
        let targets = try ScalerTargets(["scalerAddress": "internal-api:8086", "enableTLS": "true", "later": "x"])
        #expect(targets.activation == 0)
        #expect(targets.targets == [.pending: 20_000, .oldestAge: 60])
    }

    @Test func `each target is read`() throws {
        let targets = try ScalerTargets([
            "targetPending": "500", "activationTargetPending": "7", "targetOldestAgeSeconds": "86400",
        ])
        #expect(targets.activation == 7)
        #expect(targets.targets == [.pending: 500, .oldestAge: 86_400])
    }

    @Test func `an age of 0 leaves that metric out`() throws {
        #expect(try ScalerTargets(["targetOldestAgeSeconds": "0"]).targets == [.pending: 20_000])
    }

    @Test(arguments: [
        ("targetPending", "0", "a whole number from 1 to 1000000000"),
        ("targetPending", "1000000001", "a whole number from 1 to 1000000000"),
        ("targetPending", "", "a whole number from 1 to 1000000000"),
        ("targetPending", "1.5", "a whole number from 1 to 1000000000"),
        ("targetPending", "many", "a whole number from 1 to 1000000000"),
        ("targetPending", "99999999999999999999", "a whole number from 1 to 1000000000"),
        ("activationTargetPending", "-1", "a whole number from 0 to 1000000000"),
        ("targetOldestAgeSeconds", "86401", "a whole number from 0 to 86400"),
    ])
    func `what cannot be used is refused with a sentence`(key: String, value: String, accepted: String) {
        let fault = #expect(throws: ScalerFault.self) { try ScalerTargets([key: value]) }
        #expect(fault?.description == "scalerMetadata.\(key) is \"\(value)\"; it must be \(accepted).")
    }

    @Test(arguments: ["targetPendng", "targetValue", "activationTargetValue", "target"])
    func `a key that looks like ours and is not is refused`(key: String) {
        let fault = #expect(throws: ScalerFault.self) { try ScalerTargets([key: "5"]) }
        #expect(
            fault?.description == """
                scalerMetadata.\(key) is not known; known are activationTargetPending, targetOldestAgeSeconds, \
                targetPending.
                """
        )
    }
}
