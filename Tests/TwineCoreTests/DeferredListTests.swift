import Testing
import TwineCore

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct DeferredListTests {
    init() { CapturedLog.install() }

    private func outcomes(_ list: DeferredList<Int>) -> [String]? {
        list.success?.results.map { "\($0)" }
    }

    @Test("G71: a list fires with the outcomes in the order of its members, when all have fired")
    func all() {
        let members = (0..<3).map { _ in Deferred<Int>() }
        let list = DeferredList(members, consumeErrors: true)
        members[2].callback(2)
        members[0].callback(0)
        #expect(!list.isFired)
        members[1].errback(Oops("G71"))
        #expect(outcomes(list) == ["success(0)", "failure(G71)", "success(2)"])
    }

    @Test("G72: an empty list fires at once")
    func empty() {
        #expect(outcomes(DeferredList([])) == [])
    }

    @Test("G73: an empty list with fireOnOneCallback never fires")
    func emptyForOne() {
        #expect(!DeferredList<Int>([], fireOnOneCallback: true).isFired)
    }

    @Test("G74: members that have fired already are taken at once")
    func fired() {
        let list = DeferredList([succeed(1), fail(Oops("G74"))], consumeErrors: true)
        #expect(outcomes(list) == ["success(1)", "failure(G74)"])
    }

    @Test("G75: with fireOnOneCallback it fires with the first success and its place only")
    func first() {
        let members = (0..<3).map { _ in Deferred<Int>() }
        let list = DeferredList(members, fireOnOneCallback: true, consumeErrors: true)
        members[0].errback(Oops("G75"))
        #expect(!list.isFired)
        members[2].callback(7)
        members[1].callback(8)
        guard case .first(7, index: 2)? = list.success else {
            Issue.record("fired with \(list)")
            return
        }
    }

    @Test("G76: with fireOnOneErrback it fails at the first failure, with FirstError")
    func firstError() {
        let members = (0..<3).map { _ in Deferred<Int>() }
        let list = DeferredList(members, fireOnOneErrback: true, consumeErrors: true)
        members[0].callback(1)
        members[1].errback(Oops("G76"))
        #expect(list.error as? FirstError == FirstError(Oops("G76"), index: 1))
        members[2].errback(Oops("G76 late"))
        list.consume()
    }

    @Test("G77: the same if a member had failed when the list was made")
    func alreadyFailed() {
        let list = DeferredList(
            [succeed(1), fail(Oops("G77"))], fireOnOneErrback: true, consumeErrors: true)
        #expect(list.error as? FirstError == FirstError(Oops("G77"), index: 1))
        list.consume()
    }

    @Test("G78: without consumeErrors a member's failure is still its own")
    func notConsumed() {
        do {
            let member = Deferred<Int>()
            _ = DeferredList([member])
            member.errback(Oops("G78"))
        }
        #expect(CapturedLog.lines(with: "G78").count == 1)
        let handled = Deferred<Int>()
        _ = DeferredList([handled])
        let next = handled.addErrback { _ in 1 }
        handled.errback(Oops("G78"))
        #expect(next.success == 1)
    }

    @Test("G79: with consumeErrors nothing is reported")
    func consumed() {
        // Adapted: a member keeps its failure, which counts as handled.
        do {
            let member = Deferred<Int>()
            _ = DeferredList([member], consumeErrors: true)
            member.errback(Oops("G79"))
        }
        #expect(CapturedLog.lines(with: "G79").isEmpty)
    }

    @Test(
        "G80: cancelling a list that has not fired cancels every member",
        arguments: [(false, false), (true, false), (false, true)])
    func cancelled(_ onCallback: Bool, _ onErrback: Bool) {
        let members = (0..<3).map { _ in Deferred<Int>() }
        let list = DeferredList(
            members, fireOnOneCallback: onCallback, fireOnOneErrback: onErrback,
            consumeErrors: true)
        list.cancel()
        #expect(members.allSatisfy { $0.isCancelled } && list.isFired)
        list.consume()
    }

    @Test("G81: without flags the cancelled list fires with the outcomes")
    func cancelledOutcomes() {
        let answering = Deferred<Int>(canceller: { $0.callback(5) })
        let list = DeferredList([Deferred<Int>(), answering], consumeErrors: true)
        list.cancel()
        #expect(outcomes(list) == ["failure(cancelled)", "success(5)"])
    }

    @Test("G82: with fireOnOneErrback it fails with FirstError, or succeeds if all gave values")
    func cancelledForOne() {
        let member = Deferred<Int>()
        let list = DeferredList([member], fireOnOneErrback: true, consumeErrors: true)
        list.cancel()
        #expect(list.error as? FirstError == FirstError(CancelledError(), index: 0))
        list.consume()
        let answering = (0..<2).map { value in Deferred<Int>(canceller: { $0.callback(value) }) }
        let other = DeferredList(answering, fireOnOneErrback: true)
        other.cancel()
        #expect(outcomes(other) == ["success(0)", "success(1)"])
    }

    @Test("G83: changing the caller's array later has no effect")
    func copied() {
        var members = [Deferred<Int>(), Deferred<Int>()]
        let kept = members
        let list = DeferredList(members)
        members.removeAll()
        kept[0].callback(1)
        kept[1].callback(2)
        #expect(outcomes(list) == ["success(1)", "success(2)"])
    }

    // G84 is kept by the compiler: a canceller cannot throw.

    @Test("G85: cancelling a list that has fired leaves the other members alone")
    func cancelledLate() {
        let members = (0..<2).map { _ in Deferred<Int>() }
        let list = DeferredList(members, fireOnOneCallback: true)
        members[0].callback(1)
        list.cancel()
        #expect(!members[1].isFired)
        let others = (0..<2).map { _ in Deferred<Int>() }
        let failing = DeferredList(others, fireOnOneErrback: true, consumeErrors: true)
        others[0].errback(Oops("G85"))
        failing.cancel()
        #expect(!others[1].isFired)
        failing.consume()
    }

    @Test("G86: gatherResults gives the values in order")
    func gathered() {
        let members = (0..<3).map { _ in Deferred<Int>() }
        let all = gatherResults(members)
        for index in [2, 0, 1] { members[index].callback(index) }
        #expect(all.success == [0, 1, 2])
        #expect(gatherResults([Deferred<Int>]()).success == [])
    }

    @Test("G87: gatherResults fails with FirstError at the first failure")
    func gatheredFailure() {
        do {
            let members = (0..<2).map { _ in Deferred<Int>() }
            let all = gatherResults(members, consumeErrors: true)
            members[1].errback(Oops("G87"))
            #expect(all.error as? FirstError == FirstError(Oops("G87"), index: 1))
            all.consume()
        }
        #expect(CapturedLog.lines(with: "G87").isEmpty)
    }

    @Test("G88: cancelling gatherResults cancels all members")
    func gatheredCancel() {
        let members = (0..<3).map { _ in Deferred<Int>() }
        let all = gatherResults(members, consumeErrors: true)
        all.cancel()
        #expect(members.allSatisfy { $0.isCancelled })
        #expect(all.error as? FirstError == FirstError(CancelledError(), index: 0))
        all.consume()
    }

    @Test("G89: race fires with the first success and its place, and cancels the rest")
    func raced() {
        let members = (0..<3).map { _ in Deferred<Int>() }
        let winner = race(members)
        members[1].callback(11)
        #expect(winner.success?.index == 1 && winner.success?.value == 11)
        #expect(members[0].isCancelled && members[2].isCancelled)
    }

    @Test("G90: race fails, with a FailureGroup, only when all have failed")
    func racedFailure() {
        let members = (0..<2).map { _ in Deferred<Int>() }
        let winner = race(members)
        members[1].errback(Oops("second"))
        #expect(!winner.isFired)
        members[0].errback(Oops("first"))
        let group = winner.error as? FailureGroup
        #expect(group?.failures.map { "\($0)" } == ["first", "second"])
        winner.consume()
    }

    @Test("G91: a loser that fires after it was cancelled is not reported")
    func lateLoser() {
        do {
            let members = (0..<2).map { _ in Deferred<Int>() }
            _ = race(members)
            members[0].callback(1)
            #expect(members[1].errback(Oops("G91")) == nil)
        }
        #expect(CapturedLog.lines(with: "G91").isEmpty)
    }

    @Test("G92: a loser whose canceller gives a value does no harm")
    func answeringLoser() {
        let loser = Deferred<Int>(canceller: { $0.callback(2) })
        let first = Deferred<Int>()
        let winner = race([loser, first])
        first.callback(1)
        #expect(winner.success?.index == 1 && winner.success?.value == 1)
    }

    @Test("G93: cancelling the race cancels all members")
    func racedCancel() {
        let members = (0..<2).map { _ in Deferred<Int>() }
        let winner = race(members)
        winner.cancel()
        #expect(members.allSatisfy { $0.isCancelled } && winner.error is FailureGroup)
        winner.consume()
    }

    @Test("G94: FirstError prints its place and error, and equals only the same of both")
    func firstErrors() {
        let error = FirstError(Oops("x"), index: 2)
        #expect("\(error)" == "number 2 failed: x")
        #expect(error == FirstError(Oops("x"), index: 2))
        #expect(error != FirstError(Oops("y"), index: 2))
        #expect(error != FirstError(Oops("x"), index: 1))
    }

    @Test("G: the same Deferred may stand in a list twice, and in several lists")
    func shared() {
        let member = Deferred<Int>()
        let list = DeferredList([member, member])
        let other = gatherResults([member])
        member.callback(3)
        #expect(outcomes(list) == ["success(3)", "success(3)"] && other.success == [3])
    }

    @Test("G: members in every state at once")
    func mixed() {
        let paused = succeed(1)
        paused.pause()
        let inner = Deferred<Int>()
        let waiting = succeed(0).addCallback { _ in inner }
        let cancelled = Deferred<Int>()
        cancelled.cancel()
        let list = DeferredList(
            [paused, waiting, cancelled, succeed(4), fail(Oops("mixed"))], consumeErrors: true)
        #expect(!list.isFired)
        inner.callback(2)
        paused.unpause()
        #expect(
            outcomes(list) == [
                "success(1)", "success(2)", "failure(cancelled)", "success(4)", "failure(mixed)",
            ])
    }

    @Test("G: a list whose members are gone ends when it is cancelled")
    func membersGone() {
        let list = DeferredList([Deferred<Int>(), Deferred<Int>()])
        list.cancel()
        #expect(outcomes(list) == ["failure(cancelled)", "failure(cancelled)"])
    }

    @Test("G: 10,000 members, fired from the last to the first")
    func many() {
        let members = (0..<10_000).map { _ in Deferred<Int>() }
        let all = gatherResults(members)
        for index in members.indices.reversed() { members[index].callback(index) }
        #expect(all.success == Array(0..<10_000))
    }
}
