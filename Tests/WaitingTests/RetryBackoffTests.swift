import Testing
import Waiting

struct RetryBackoffTests {
    @Test
    func `each pause lies between a half and the whole of a step that doubles up to the maximum`() {
        for _ in 0..<50 {
            var backoff = RetryBackoff(initial: .milliseconds(100), maximum: .seconds(5))
            for step in [100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000] {
                let pause = backoff.next()
                #expect(pause >= .milliseconds(step / 2) && pause <= .milliseconds(step))
            }
        }
    }

    @Test
    func `after a success it begins again`() {
        var backoff = RetryBackoff(initial: .milliseconds(100), maximum: .seconds(5))
        for _ in 0..<10 { _ = backoff.next() }
        backoff.reset()
        #expect(backoff.next() <= .milliseconds(100))
    }

    @Test
    func `an initial pause above the maximum is cut down to it`() {
        var backoff = RetryBackoff(initial: .seconds(60), maximum: .seconds(1))
        #expect(backoff.next() <= .seconds(1))
    }

    @Test
    func `it goes on for ever`() {
        var backoff = RetryBackoff(maximum: .seconds(10))
        for _ in 0..<1000 { _ = backoff.next() }
        #expect(backoff.next() <= .seconds(10))
        #expect(backoff.next() >= .seconds(5))
    }

    @Test
    func `pauses differ, so that many who lost the same server do not return at once`() {
        let pauses = (0..<100).map { _ in
            var backoff = RetryBackoff(maximum: .seconds(10))
            return backoff.next()
        }
        #expect(Set(pauses).count > 50)
    }
}
