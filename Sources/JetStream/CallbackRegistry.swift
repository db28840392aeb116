import Synchronization

/// What C callbacks speak to, by number.
///
/// libnats runs callbacks on threads of its own, and for some of them does not say when the last one is over. So it is
/// handed a number instead of a pointer: a callback that comes after its object was removed finds nothing, where a
/// pointer would dangle.
final class CallbackRegistry<Target: AnyObject & Sendable>: Sendable {
    private struct Entries {
        var last: UInt = 0
        var targets: [UInt: Target] = [:]
    }

    private let entries = Mutex(Entries())

    /// Enters an object and returns the closure argument for C that stands for it.
    func insert(_ target: Target) -> UnsafeMutableRawPointer? {
        self.entries.withLock { entries in
            entries.last += 1
            entries.targets[entries.last] = target
            return UnsafeMutableRawPointer(bitPattern: entries.last)
        }
    }

    /// The object that a closure argument stands for, while it is entered.
    ///
    /// Any thread.
    func target(of closure: UnsafeMutableRawPointer?) -> Target? {
        self.entries.withLock { $0.targets[UInt(bitPattern: closure)] }
    }

    /// Removes an object.
    ///
    /// Callbacks that come later find nothing.
    func remove(_ closure: UnsafeMutableRawPointer?) {
        // Released outside the lock: the object's deinit may remove another.
        _ = self.entries.withLock { $0.targets.removeValue(forKey: UInt(bitPattern: closure)) }
    }
}
