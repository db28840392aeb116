import RawJSON
import Testing

@testable import EventLog

struct EnvelopeTests {
    @Test
    func `an event_id alone is an envelope, all else has its default`() throws {
        let event = try envelope(#"{"event_id": 7}"#)
        #expect(event.eventID == 7)
        #expect(event.executionID == 0)
        #expect(event.catalogID == 0)
        #expect(event.parentEventID == nil)
        #expect(event.duration == nil)
        #expect(event.timestamp == nil)
        for field in ContractField.allCases where field != .eventID { #expect(event[field] == nil) }
    }

    @Test(arguments: ["event_id", "execution_id", "parent_event_id", "catalog_id"])
    func `an integer may be written in any of the contract's forms`(field: String) throws {
        let forms: [(String, Int64)] = [
            ("5", 5), ("5.0", 5), ("50e-1", 5), ("true", 1), ("false", 0), (#"" 5 ""#, 5), (#""+5""#, 5), ("-5", -5),
            ("9223372036854775807", .max), (#""-9223372036854775808""#, .min),
            ("9007199254740993", 9_007_199_254_740_993),
        ]
        for (text, value) in forms {
            let event = try envelope(#"{"event_id": 1, "\#(field)": \#(text)}"#)
            let read: [String: Int64?] = [
                "event_id": event.eventID, "execution_id": event.executionID,
                "parent_event_id": event.parentEventID, "catalog_id": event.catalogID,
            ]
            #expect(read[field] == value, "\(text)")
        }
    }

    @Test(
        arguments: [
            ("5.5", .fractional), (#""x""#, .unparsableInteger), (#""5 5""#, .unparsableInteger), ("[]", .notAnInteger),
            ("{}", .notAnInteger), ("9223372036854775808", .integerOutOfRange),
            (#""99999999999999999999""#, .integerOutOfRange),
            ("1e400", .integerOutOfRange), ("NaN", nil),
        ] as [(String, EventFault.Kind?)]
    )
    func `any other integer is a fault that names the field`(text: String, kind: EventFault.Kind?) {
        for field in ["event_id", "execution_id", "parent_event_id", "catalog_id"] {
            guard let kind else {
                #expect(throws: JSONError.self) { try envelope(field: field, text) }
                continue
            }
            #expect(throws: EventFault(field: field, kind: kind)) { try envelope(field: field, text) }
        }
    }

    @Test
    func `null is absent, and only catalog_id may be an empty string`() throws {
        for field in ["execution_id", "parent_event_id", "catalog_id"] {
            let event = try envelope(field: field, "null")
            #expect(event.executionID == 0 && event.parentEventID == nil && event.catalogID == 0)
        }
        #expect(try envelope(field: "catalog_id", #""""#).catalogID == 0)
        for field in ["event_id", "execution_id", "parent_event_id"] {
            #expect(throws: EventFault(field: field, kind: .unparsableInteger)) { try envelope(field: field, #""""#) }
        }
        for json in ["{}", #"{"event_id": null}"#, #"{"event_id": 1, "event_id": null}"#] {
            #expect(throws: EventFault(field: "event_id", kind: .missing)) { try envelope(json) }
        }
    }

    @Test(arguments: ContractField.texts.map(\.name))
    func `a text is a string, kept when empty, or null`(field: String) throws {
        let known = try #require(ContractField.texts.first { $0.name == field })
        #expect(try envelope(field: field, #""""#)[known]?.string == "")
        #expect(try envelope(field: field, #""\u00fc \ud83d\ude00\n""#)[known]?.string == "ü \u{1F600}\n")
        #expect(try envelope(field: field, "null")[known] == nil)
        for wrong in ["5", "true", "{}", "[]"] {
            #expect(throws: EventFault(field: field, kind: .notAString)) { try envelope(field: field, wrong) }
        }
    }

    @Test(arguments: ContractField.objects.map(\.name) + ["payload"])
    func `an object is an object or null`(field: String) throws {
        for accepted in ["{}", #"{"a": [1.10, {"b": null}]}"#, "null"] {
            let event = try envelope(field: field, accepted)
            guard let known = ContractField.objects.first(where: { $0.name == field }) else { continue }
            #expect(event[known]?.rawText == (accepted == "null" ? nil : accepted))
        }
        for wrong in ["5", "true", #""{}""#, "[]"] {
            #expect(throws: EventFault(field: field, kind: .notAnObject)) { try envelope(field: field, wrong) }
        }
    }

    @Test
    func `trace_component is a string or an object`() throws {
        for accepted in [#""x""#, "{}", "null"] { _ = try envelope(field: "trace_component", accepted) }
        for wrong in ["5", "[]", "true"] {
            #expect(throws: EventFault.self) { try envelope(field: "trace_component", wrong) }
        }
    }

    @Test
    func `U+0000 and half of a surrogate pair are found wherever they are`() {
        for field in ContractField.texts.map(\.name) {
            #expect(throws: EventFault(field: field, kind: .containsNUL)) { try envelope(field: field, #""a\u0000""#) }
            #expect(throws: EventFault(field: field, kind: .containsUnpairedSurrogate)) {
                try envelope(field: field, #""\ud83d""#)
            }
        }
        for field in ContractField.objects.map(\.name) + ["payload"] {
            for inside in [#"{"a": {"b": ["\u0000"]}}"#, #"{"\u0000": 1}"#] {
                #expect(throws: EventFault(field: field, kind: .containsNUL)) { try envelope(field: field, inside) }
            }
            #expect(throws: EventFault(field: field, kind: .containsUnpairedSurrogate)) {
                try envelope(field: field, #"{"a": ["\ude00x"]}"#)
            }
        }
        #expect(throws: EventFault(field: "tenant_id", kind: .containsNUL)) {
            try envelope(field: "tenant_id", #""\u0000""#)
        }
    }

    @Test(
        arguments: [
            ("1.5", 1.5), ("0", 0), ("-3", -3), ("1e3", 1000), (#"" 2.5 ""#, 2.5), (#""1E-2""#, 0.01), ("null", nil),
        ] as [(String, Double?)]
    )
    func `a duration is a number or a string that holds one`(text: String, value: Double?) throws {
        #expect(try envelope(field: "duration", text).duration == value)
    }

    @Test(
        arguments: [
            #""""#, #""x""#, "true", "{}", "[]", #""NaN""#, #""inf""#, #""-Infinity""#, "1e400", #""0x10""#,
            #""1_000""#,
            #""1 2""#, #""٣""#,
        ]
    )
    func `any other duration is a fault`(text: String) {
        #expect(throws: EventFault(field: "duration", kind: .notANumber)) { try envelope(field: "duration", text) }
    }

    @Test
    func `tenant and organization are texts, or numbers as their text`() throws {
        let event = try envelope(#"{"event_id": 1, "tenant_id": 12.50, "organization_id": "ö"}"#)
        #expect(event[.tenantID]?.rawText == "12.50")
        #expect(event[.organizationID]?.string == "ö")
        for wrong in ["true", "{}", "[]"] {
            #expect(throws: EventFault(field: "tenant_id", kind: .notAString)) {
                try envelope(field: "tenant_id", wrong)
            }
        }
    }

    @Test
    func `unknown fields are welcome, and of two equal keys the last wins`() throws {
        let event = try envelope(#"{"event_id": 1, "event_id": 2, "future": [1], "status": "a", "status": "b"}"#)
        #expect(event.eventID == 2)
        #expect(event[.status]?.string == "b")
    }

    @Test(arguments: ["[]", "3", #""x""#, "null"])
    func `what is no object is no envelope`(text: String) {
        #expect(throws: EventFault(field: "", kind: .notAnObject)) { try envelope(text) }
    }

    @Test
    func `a fault is a sentence that names the field and shows nothing of it`() {
        let error = #expect(throws: EventFault.self) { try envelope(field: "status", #"{"a": "hunter2"}"#) }
        #expect(error?.reason == "status must be a string")
        #expect(EventFault(field: "", kind: .notAnObject).reason == "the envelope must be an object")
        #expect(EventFault(field: "event_id", kind: .missing).reason == "event_id is required")
    }
}
