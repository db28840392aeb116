import Glibc

/// What a guardian is doing.
enum GuardianPhase: Hashable, Sendable {
    /// It makes its folder.
    case opening

    /// No program runs; `status` is that of the last one, if there was one.
    case idle(status: Int32?)

    /// It was told to run a program and has not yet said that it does.
    case launching

    /// The program runs, under this process number.
    case running(pid_t)

    /// The guardian has left, and with it the folder.
    case over(reason: String)
}
