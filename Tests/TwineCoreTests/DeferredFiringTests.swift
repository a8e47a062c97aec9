import Testing
import TwineCore

// In Twisted a chain is one object; here `addCallback` returns the next Deferred, and a statement
// about "the same Deferred" further down is read for the returned one.
@Suite(.timeLimit(.minutes(1)))
@Reactor
struct DeferredFiringTests {
    @Test("A1: a callback added before firing runs once, with the fired value")
    func firedOnce() {
        var seen: [Int] = []
        let deferred = Deferred<Int>()
        deferred.addCallback { seen.append($0) }
        #expect(seen.isEmpty)
        deferred.callback(5)
        #expect(seen == [5])
    }

    @Test("A2: what is to be handed to a callback beside the result is captured by its closure")
    func capturedArguments() {
        // Adapted: Twisted passes extra arguments, Swift captures.
        let extra = "extra"
        let deferred = succeed(1).addCallback { "\($0) \(extra)" }
        #expect(deferred.success == "1 extra")
    }

    @Test("A3: callbacks run in the order added, each gets what the one before returned")
    func order() {
        var seen: [String] = []
        let deferred = Deferred<Int>()
        deferred.addCallback { value -> Int in
            seen.append("first \(value)")
            return value + 1
        }.addCallback { value -> String in
            seen.append("second \(value)")
            return "done"
        }.addCallback { seen.append("third \($0)") }
        deferred.callback(1)
        #expect(seen == ["first 1", "second 2", "third done"])
    }

    @Test("A3: functions hung on one Deferred run in the order added, and each sees its result")
    func siblings() {
        var seen: [String] = []
        let deferred = Deferred<Int>()
        deferred.addCallback { seen.append("a\($0)") }.addCallback { seen.append("below a") }
        deferred.addCallback { seen.append("b\($0)") }
        deferred.addCallback { seen.append("c\($0)") }
        deferred.callback(1)
        #expect(seen == ["a1", "below a", "b1", "c1"])
    }

    @Test("A4: a callback added after firing runs before addCallback returns")
    func immediateSuccess() {
        var seen: [Int] = []
        succeed(3).addCallback { seen.append($0) }
        #expect(seen == [3])
    }

    @Test("A5: an errback added to a failed Deferred runs at once")
    func immediateFailure() {
        var seen: (any Error)?
        fail(Oops("A5"), as: Void.self).addErrback { seen = $0 }
        #expect(seen as? Oops == Oops("A5"))
    }

    @Test("A6: addCallbacks without an errback passes a failure through untouched")
    func noErrback() {
        let deferred = fail(Oops("A6"), as: Int.self).addCallbacks({ $0 + 1 }, nil)
        #expect(deferred.oops == Oops("A6"))
        deferred.consume()
    }

    @Test("A7: of addCallbacks exactly one function runs, and never the errback of the same pair")
    func pairs() {
        var seen: [String] = []
        let thrown = succeed(1).addCallbacks(
            { _ -> Int in throw Oops("A7") },
            { error -> Int in
                seen.append("same pair")
                throw error
            })
        thrown.addErrback { error -> Int in
            seen.append("next \(error)")
            return 0
        }
        fail(Oops("A7b"), as: Int.self).addCallbacks(
            { _ in seen.append("callback") }, { seen.append("errback \($0)") })
        #expect(seen == ["next A7", "errback A7b"])
    }

    @Test("A8: a callback that throws moves the chain to the error side")
    func throwing() {
        var seen: [String] = []
        let deferred = Deferred<Int>()
        deferred.addCallback { _ -> Int in throw Oops("A8") }
            .addCallback { value -> Int in
                seen.append("skipped")
                return value
            }
            .addErrback { error -> Int in
                seen.append("\(error)")
                return 7
            }
        deferred.callback(1)
        #expect(seen == ["A8"])
    }

    @Test("A9: a callback that returns a failed Deferred is the same as one that throws")
    func returnedFailure() {
        // Adapted: a function cannot return a failure as a value; a failed Deferred is that.
        let deferred = succeed(1).addCallback { _ -> Deferred<Int> in fail(Oops("A9")) }
        #expect(deferred.oops == Oops("A9"))
        deferred.consume()
    }

    @Test("A10: an errback that returns a value moves the chain back to the success side")
    func recovery() {
        let deferred = fail(Oops("A10"), as: Int.self).addErrback { _ in 4 }.addCallback { $0 * 2 }
        #expect(deferred.success == 8)
    }

    @Test("A11: an errback that rethrows keeps the chain on the error side")
    func rethrowing() {
        var calls = 0
        let deferred = fail(Oops("A11"), as: Int.self).addErrback { error -> Int in
            calls += 1
            throw error
        }
        #expect(deferred.oops == Oops("A11") && calls == 1)
        deferred.consume()
    }

    @Test("A12: addBoth runs in both cases and sees a value or a failure")
    func both() {
        var seen: [String] = []
        succeed(1).addBoth { seen.append("\($0)") }
        fail(Oops("A12"), as: Int.self).addBoth { seen.append("\($0)") }
        #expect(seen == ["success(1)", "failure(A12)"])
    }

    @Test("A13: succeed and fail are the same as firing by hand")
    func madeFired() {
        let byHand = Deferred<Int>()
        byHand.callback(1)
        #expect(byHand.success == succeed(1).success && succeed(1).isFired)
        let failed = fail(Oops("A13"), as: Int.self)
        #expect(failed.oops == Oops("A13") && failed.isFired)
        failed.consume()
        #expect(succeed(1).callback(2) != nil)
    }

    // A14 is kept by the compiler: errback's argument is not optional.

    @Test(
        "A15: firing twice, by any pair, is an error at the second call",
        arguments: [(true, true), (true, false), (false, false), (false, true)])
    func twice(_ first: Bool, _ second: Bool) {
        // Adapted: the error is returned and logged, not thrown; the first result stays.
        CapturedLog.install()
        let deferred = Deferred<Int>()
        let before = first ? deferred.callback(1) : deferred.errback(Oops("A15 first"))
        let after = second ? deferred.callback(2) : deferred.errback(Oops("A15 second"))
        #expect(before == nil && after != nil)
        #expect(first ? deferred.success == 1 : deferred.oops == Oops("A15 first"))
        #expect(!CapturedLog.lines(with: "fired again").isEmpty)
        deferred.consume()
    }

    @Test("A15: what addCallback returned cannot be fired by hand")
    func derived() {
        let deferred = Deferred<Int>()
        let next = deferred.addCallback { $0 + 1 }
        #expect(next.callback(9) != nil && !next.isFired)
        deferred.callback(1)
        #expect(next.success == 2)
    }

    @Test("A16: with debugging on, firing twice tells where it was made and where first fired")
    func firedAgainPlaces() {
        withDebugging {
            let deferred = Deferred<Int>(fileID: "A/Made.swift", line: 16)
            deferred.callback(1, fileID: "A/Fired.swift", line: 17)
            let error = deferred.callback(2)
            #expect(error?.description.contains("made at A/Made.swift:16") == true)
            #expect(error?.description.contains("fired at A/Fired.swift:17") == true)
        }
    }

    @Test("A17: with debugging off the error carries no text")
    func noPlaces() {
        let deferred = succeed(1)
        #expect(deferred.callback(2)?.description == "")
    }

    @Test("A18: debugging may be switched between making, adding and firing")
    func switching() {
        for pattern in 0..<16 {
            func step(_ bit: Int) { unsafe DeferredDebug.isEnabled = pattern & (1 << bit) != 0 }
            defer { unsafe DeferredDebug.isEnabled = false }
            step(0)
            let deferred = Deferred<Int>()
            step(1)
            let next = deferred.addCallback { $0 + 1 }
            step(2)
            deferred.callback(1)
            _ = deferred.callback(1)
            step(3)
            #expect(next.addCallback { $0 + 1 }.success == 3)
        }
        #expect(DeferredDebug.pending.isEmpty)
    }

    @Test("A19: the printed form has class, identity, result, and what is waited for")
    func printing() {
        let deferred = Deferred<Int>()
        #expect("\(deferred)".hasPrefix("<Deferred<Int> at 0x") && "\(deferred)".hasSuffix(">"))
        deferred.callback(5)
        #expect("\(deferred)".hasSuffix(" = 5>"))
        let failed = fail(Oops("A19"), as: Int.self)
        #expect("\(failed)".hasSuffix(" failed: A19>"))
        failed.consume()
        let inner = Deferred<Int>()
        let outer = succeed(1).addCallback { _ in inner }
        #expect("\(outer)".hasSuffix(" waiting on \(inner)>"))
        inner.callback(2)
        #expect("\(outer)".hasSuffix(" = 2>"))
    }

    @Test("A: values of every size and kind come through a chain and are freed with it")
    func sizes() {
        final class Counted {}
        struct Large {
            var numbers: (Int, Int, Int, Int) = (1, 2, 3, 4)
            let object: Counted
        }
        weak var left: Counted?
        do {
            let object = Counted()
            left = object
            #expect(succeed(Large(object: object)).addCallback { $0.numbers.3 }.success == 4)
            #expect(succeed(object).addCallback { $0 }.success === object)
            #expect(succeed([object, object, object]).addCallback { $0.count }.success == 3)
            #expect(succeed(("a", object)).addCallback { $0.0 }.success == "a")
            #expect(succeed(Int?.none).addCallback { $0 == nil }.success == true)
            #expect(succeed(Large(object: object)).addCallback { succeed($0) }.success != nil)
            succeed(()).addCallback { () in }
            let list = DeferredList([succeed(Large(object: object))])
            #expect(list.success?.results.count == 1)
        }
        #expect(left == nil)
    }
}
