public import TwineCore

/// A resolver that answers when a test says so, and notes what it was asked.
@Reactor
public final class ScriptedResolver: NameResolver {
    /// The questions so far, as `name family`.
    public private(set) var questions: [String] = []
    /// The families whose lookup was cancelled, in that order.
    public private(set) var cancelled: [AddressFamily] = []
    private var ready: [AddressFamily: Result<[IPAddress], LookupError>] = [:]
    private var waiting: [AddressFamily: [Deferred<[IPAddress]>]] = [:]

    /// Makes a resolver that knows nothing yet.
    public init() {}

    /// Answers those who wait, and from now on everybody at once.
    ///
    /// - Parameters:
    ///   - family: For which kind of address.
    ///   - result: The answer.
    public func answer(_ family: AddressFamily, _ result: Result<[IPAddress], LookupError>) {
        ready[family] = result
        for question in waiting.removeValue(forKey: family) ?? [] where !question.isFired {
            question.fire(result.mapError { $0 })
        }
    }

    /// See `NameResolver`.
    public func addresses(of name: String, family: AddressFamily) -> Deferred<[IPAddress]> {
        questions.append("\(name) \(family)")
        if let result = ready[family] {
            let answer = Deferred<[IPAddress]>()
            answer.fire(result.mapError { $0 })
            return answer
        }
        let question = Deferred<[IPAddress]>(canceller: { [weak self] _ in
            self?.cancelled.append(family)
        })
        waiting[family, default: []].append(question)
        return question
    }
}
