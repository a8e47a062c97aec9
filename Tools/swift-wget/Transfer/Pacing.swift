/// How long to wait before a request, so as not to be a burden to a server (`--wait`, `--random-wait`,
/// `--waitretry`).
struct Pacing: Sendable {
    /// Seconds between two files; 0 is for none.
    var wait = 0.0
    /// Whether each wait is of a random length, half to one and a half of ``wait``.
    var isRandom = false
    /// The most seconds before a retry of a file, which waits a second longer each time; 0 is for none.
    var waitRetry = 10.0
    private var hasBegun = false

    /// No request has been made yet.
    init(wait: Double = 0, isRandom: Bool = false, waitRetry: Double = 10) {
        self.wait = wait
        self.isRandom = isRandom
        self.waitRetry = waitRetry
    }

    /// How long to wait before a request.
    ///
    /// - Parameters:
    ///   - attempt: Which one for this file it is, from 1.
    ///   - random: A random number from 0 to 1.
    /// - Returns: Seconds; 0 before the first request of all.
    mutating func delay(beforeAttempt attempt: Int, random: Double) -> Double {
        guard hasBegun else {
            hasBegun = true
            return 0
        }
        if waitRetry > 0, attempt > 1 { return min(Double(attempt - 1), waitRetry) }
        // Between attempts for one file the time is not for hiding, so it is as it was given.
        return isRandom && attempt <= 1 ? (0.5 + min(max(random, 0), 1)) * wait : max(0, wait)
    }
}
