// The generator, which makes values one at a time and is suspended in between: the idea behind
// `yield`, as an async sequence.
import Twine

/// The Fibonacci numbers, made when they are asked for.
struct Fibonacci: AsyncSequence, AsyncIteratorProtocol {
    private var (current, following) = (0, 1)

    mutating func next() async -> Int? {
        defer { (current, following) = (following, current + following) }
        return current
    }

    func makeAsyncIterator() -> Self { self }
}

/// A countdown that lets the reactor do other things between two values.
struct Countdown: AsyncSequence {
    let start: Int

    struct AsyncIterator: AsyncIteratorProtocol {
        var left: Int

        @Reactor
        mutating func next() async throws -> Int? {
            guard left > 0 else { return nil }
            try await deferLater(0.01).value
            defer { left -= 1 }
            return left
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(left: start) }
}

react { urls in
    for await number in Fibonacci().prefix(10) { print(number, terminator: " ") }
    print()
    for try await second in Countdown(start: 3) { print(second, terminator: " ") }
    print()
    // The pieces of a page are a sequence too, as they come.
    for url in urls {
        var octets = 0
        for try await piece in try await HTTPClient.shared.request(url).value.body {
            octets += piece.count
        }
        print(octets)
    }
}
