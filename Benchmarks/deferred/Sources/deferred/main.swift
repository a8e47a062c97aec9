// Microbenchmarks of Deferred. Prints "RESULT name ns" lines: nanoseconds a callback, or an await.
// Each sample takes about MS milliseconds; of SAMPLES samples the median is printed.
import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

let callbacks = 10

func setting(_ name: String, _ standard: Int) -> Int {
    unsafe getenv(name).flatMap { unsafe Int(String(cString: $0)) } ?? standard
}

@inline(never) func sink(_ number: Int) { if number == Int.min { print(number) } }

func nanoseconds() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// Finds how many rounds take one sample's time, then prints the median of the samples.
@Reactor
func measure(_ name: String, each: Int, _ body: @Reactor (Int) async throws -> Void) async throws {
    let sampleSeconds = Double(setting("MS", 100)) / 1000
    var rounds = 100
    while true {
        let start = nanoseconds()
        try await body(rounds)
        let seconds = Double(nanoseconds() - start) / 1e9
        if seconds > 0.005 {
            rounds = max(1, Int(Double(rounds) * sampleSeconds / seconds))
            break
        }
        rounds *= 4
    }
    var samples: [Double] = []
    for _ in 0..<setting("SAMPLES", 5) {
        let start = nanoseconds()
        try await body(rounds)
        samples.append(Double(nanoseconds() - start) / Double(rounds * each))
    }
    print("RESULT \(name) \(samples.sorted()[samples.count / 2])")
}

@inline(never) func makeArray(_ count: Int, _ step: Int) -> [(Int) -> Int] {
    var functions: [(Int) -> Int] = []
    for _ in 0..<count { functions.append { $0 &+ step } }
    return functions
}

@inline(never) func runArray(_ functions: [(Int) -> Int], _ value: Int) -> Int {
    functions.reduce(value) { $1($0) }
}

/// A chain of ten callbacks, made and then fired.
@Reactor
func chain(_ rounds: Int) {
    for round in 0..<rounds {
        let deferred = Deferred<Int>()
        var last = deferred
        for _ in 0..<callbacks { last = last.addCallback { $0 &+ 1 } }
        last.addCallback { sink($0) }
        deferred.callback(round)
    }
}

/// The same, each callback with a value that it captured.
@Reactor
func chainWithCapture(_ rounds: Int) {
    for round in 0..<rounds {
        let step = round & 1
        let deferred = Deferred<Int>()
        var last = deferred
        for _ in 0..<callbacks { last = last.addCallback { $0 &+ step } }
        last.addCallback { sink($0) }
        deferred.callback(round)
    }
}

/// The same, added to a Deferred that has fired.
@Reactor
func firedChain(_ rounds: Int) {
    for round in 0..<rounds {
        var last = succeed(round)
        for _ in 0..<callbacks { last = last.addCallback { $0 &+ 1 } }
        last.addCallback { sink($0) }
    }
}

/// Each callback returns a Deferred that has fired.
@Reactor
func chainOfDeferreds(_ rounds: Int) {
    for round in 0..<rounds {
        let deferred = Deferred<Int>()
        var last = deferred
        for _ in 0..<callbacks { last = last.addCallback { succeed($0 &+ 1) } }
        last.addCallback { sink($0) }
        deferred.callback(round)
    }
}

/// Two functions that wait for each other's Deferreds: each await is one suspension and one
/// resumption, and the Deferred is fired from a callback of the reactor.
@Reactor
final class Table {
    var ball = Deferred<Int>()

    func awaits(_ rounds: Int) async throws {
        let partner = inlineCallbacks {
            for round in 0..<rounds { try await self.serve(round) }
        }
        for _ in 0..<rounds { sink(try await take()) }
        try await partner.value
    }

    private func take() async throws -> Int {
        let value = try await ball.value
        ball = Deferred<Int>()
        let back = self.back
        self.back = Deferred<Void>()
        back.callback(())
        return value
    }

    private var back = Deferred<Void>()

    private func serve(_ round: Int) async throws {
        let back = back
        ball.callback(round)
        try await back.value
    }
}

react { _ in
    try await measure("swift-closure-array", each: callbacks) { rounds in
        for round in 0..<rounds { sink(runArray(makeArray(callbacks, round & 1), round)) }
    }
    try await measure("twine-chain", each: callbacks) { chain($0) }
    try await measure("twine-chain-capture", each: callbacks) { chainWithCapture($0) }
    try await measure("twine-chain-fired", each: callbacks) { firedChain($0) }
    try await measure("twine-chain-deferreds", each: callbacks) { chainOfDeferreds($0) }
    let table = Table()
    try await measure("twine-await", each: 2) { try await table.awaits($0) }
}
