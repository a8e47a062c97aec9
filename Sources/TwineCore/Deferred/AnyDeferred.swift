/// What every ``Deferred`` is without its result's type: a place in a chain that can be cancelled,
/// paused and printed.
///
/// A chain is a tree of these nodes. A node keeps the nodes that wait for it in a list threaded
/// through the nodes themselves, so that a callback costs one object and its closure, and it is
/// served by a loop, so that a chain of any length uses constant stack.
///
/// Nothing in it is generic: what depends on the types of a chain is compiled where the chain is
/// made, into the function that a node carries. A virtual method of a generic class would look up
/// its types in the runtime at each call, which takes several times as long as all the rest.
///
/// Exclusivity checks are off for the stored properties: all is on the reactor, and no access
/// lasts longer than a load or a store.
///
/// The list owns the nodes below; the pointer up does not own, and is cleared by whoever goes
/// first. So a chain that is dropped before it fired is freed: the library makes no cycle.
@Reactor
@safe
public class AnyDeferred: CustomStringConvertible {
    @usableFromInline
    struct State: OptionSet, Sendable {
        @usableFromInline let rawValue: UInt16
        @inlinable init(rawValue: UInt16) { self.rawValue = rawValue }

        /// It has its result.
        @inlinable static var fired: Self { Self(rawValue: 1) }
        /// The result is a failure.
        @inlinable static var failed: Self { Self(rawValue: 2) }
        /// Something downstream took the result.
        @inlinable static var taken: Self { Self(rawValue: 4) }
        /// Its callbacks are being run further up the stack.
        @inlinable static var serving: Self { Self(rawValue: 8) }
        /// A callback returned a Deferred: this node waits for that one's result.
        @inlinable static var adopting: Self { Self(rawValue: 16) }
        /// It was made by `addCallback` or a relation: only its chain may fire it.
        @inlinable static var derived: Self { Self(rawValue: 32) }
        /// It was cancelled without a canceller: one late result is swallowed.
        @inlinable static var swallows: Self { Self(rawValue: 64) }
        /// `pause()` holds its callbacks back.
        @inlinable static var paused: Self { Self(rawValue: 128) }
        /// It looks at a result without taking it: a failure stays unhandled.
        @inlinable static var watches: Self { Self(rawValue: 512) }
        /// The debug registry knows it.
        @inlinable static var recorded: Self { Self(rawValue: 256) }
        /// What it waited for was released without a result: nothing but a cancel can end it.
        @inlinable static var orphaned: Self { Self(rawValue: 1024) }
    }

    /// What few Deferreds need, kept out of the many.
    @usableFromInline
    final class Rare {
        @usableFromInline var canceller: (@Reactor (AnyDeferred) -> Void)?
        /// The canceller is called at each `cancel()` and decides alone when the Deferred ends.
        @usableFromInline var cancellerDecides = false
        @usableFromInline var pauses = 0
        @usableFromInline init() {}
    }

    /// What a node does with the result of the one it waited for, which comes first.
    ///
    /// When that is a failure, it may be any node: its type is not to be relied on.
    @usableFromInline
    typealias Step = @Reactor (_ upstream: AnyDeferred, _ node: AnyDeferred) -> Void

    @safe @exclusivity(unchecked)
    @usableFromInline nonisolated(unsafe) final var state: State = []
    /// The nodes that wait for this one, oldest first.
    @safe @exclusivity(unchecked)
    @usableFromInline final var firstWaiting: AnyDeferred?
    /// The youngest of them; owned by the list.
    @safe @exclusivity(unchecked)
    @usableFromInline final var lastWaiting: Unmanaged<AnyDeferred>?
    /// The next node in the list that this one stands in.
    @safe @exclusivity(unchecked)
    @usableFromInline final var nextWaiting: AnyDeferred?
    /// The node that this one waits for; never owned.
    @safe @exclusivity(unchecked)
    @usableFromInline final var upstream: Unmanaged<AnyDeferred>?
    /// What to do when that one has its result; nil once done.
    @safe @exclusivity(unchecked)
    @usableFromInline final var step: Step?
    /// The error, when it failed.
    @safe @exclusivity(unchecked)
    @usableFromInline final var failure: (any Error)?
    @safe @exclusivity(unchecked)
    @usableFromInline final var rare: Rare?
    /// The value, when it has one: itself if there is room, otherwise where it is.
    @safe @exclusivity(unchecked)
    @usableFromInline nonisolated(unsafe) final var room: (UInt, UInt, UInt) = (0, 0, 0)

    /// A stored property of an object stays where it is.
    @inlinable
    nonisolated final var roomAddress: UnsafeMutableRawPointer {
        unsafe withUnsafeMutablePointer(to: &room) { UnsafeMutableRawPointer($0) }
    }

    @inlinable
    init(state: State, step: Step? = nil) {
        self.state = state
        self.step = step
    }

    deinit {
        // Nobody else has this node any more: the thread does not matter for what is its own.
        let state = state
        if let first = firstWaiting.take() { Self.releaseOnReactor(first) }
        if let failure, !state.contains(.taken) {
            DeferredDebug.reportUnhandled(failure, of: ObjectIdentifier(self))
        }
        if state.contains(.recorded) { DeferredDebug.forget(ObjectIdentifier(self)) }
    }

    /// Runs what this node is for with the result of `upstream`.
    @usableFromInline
    func receive(from upstream: AnyDeferred) {
        guard let step else { return }
        self.step = nil
        step(upstream, self)
    }

    /// Takes over the result of `inner`, which a callback returned.
    @usableFromInline
    func adopt(from inner: AnyDeferred) {}

    /// Notes an error as its result; what waits is served by the caller.
    @usableFromInline
    final func settle(failure: any Error) {
        self.failure = failure
        state.formUnion([.fired, .failed])
        settled()
    }

    /// Lets go of what is not needed once there is a result.
    @inlinable
    final func settled() {
        if let rare { rare.canceller = nil }
        if state.contains(.recorded) { DeferredDebug.noteFired(self) }
    }

    /// Stands in for a Deferred that was released before it fired.
    private static func cancelled() -> AnyDeferred {
        let node = AnyDeferred(state: [.fired, .failed, .taken])
        node.failure = CancelledError()
        return node
    }

    private func failCancelled() {
        settle(failure: CancelledError())
        serve()
    }

    // MARK: The list of waiting nodes

    /// Appends `node` to those that wait for this one, and serves it at once if it can be.
    @inlinable
    final func add(_ node: AnyDeferred) {
        append(node)
        if state.isReady { serve() }
    }

    @inlinable
    final func append(_ node: AnyDeferred) {
        node.upstream = unsafe Unmanaged.passUnretained(self)
        if let last = lastWaiting {
            unsafe last._withUnsafeGuaranteedRef { $0.nextWaiting = node }
        } else {
            firstWaiting = node
        }
        lastWaiting = unsafe Unmanaged.passUnretained(node)
    }

    @inlinable
    final func removeFirst() -> AnyDeferred? {
        guard let node = firstWaiting else { return nil }
        if let next = node.nextWaiting {
            firstWaiting = next
            node.nextWaiting = nil
        } else {
            firstWaiting = nil
            lastWaiting = nil
        }
        node.upstream = nil
        return node
    }

    /// Runs what waits, depth first, without recursion.
    @usableFromInline
    final func serve() {
        guard state.isReady, firstWaiting != nil else { return }
        var current = self
        var unfinished: [AnyDeferred] = []
        current.state.insert(.serving)
        while true {
            guard !current.state.contains(.paused), let node = current.removeFirst()
            else {
                current.state.remove(.serving)
                guard let parent = unfinished.popLast() else { return }
                current = parent
                continue
            }
            if !node.state.contains(.watches) { current.state.insert(.taken) }
            if unsafe DeferredDebug.isEnabled {
                DeferredDebug.measure(node) { node.take(from: current) }
            } else {
                node.take(from: current)
            }
            guard node.state.isReady, node.firstWaiting != nil else { continue }
            if current.firstWaiting != nil {
                unfinished.append(current)
            } else {
                current.state.remove(.serving)
            }
            current = node
            current.state.insert(.serving)
        }
    }

    final func take(from current: AnyDeferred) {
        if state.contains(.adopting) {
            state.remove(.adopting)
            adopt(from: current)
        } else {
            receive(from: current)
        }
    }

    /// Frees a list of nodes where they live: somebody on the reactor may hold one of them.
    nonisolated private static func releaseOnReactor(_ first: consuming AnyDeferred) {
        if Reactor.isCurrent {
            let first = first
            Reactor.assumeIsolated { release(first) }
        } else {
            let list = Released(first)
            Reactor.callFromThread { if let first = list.first.take() { release(first) } }
        }
    }

    /// Frees a list of nodes, and the nodes below, without recursing, however long the chain is.
    private static func release(_ first: consuming AnyDeferred) {
        var pending: AnyDeferred? = consume first
        while var node = pending.take() {
            pending = node.nextWaiting.take()
            node.upstream = nil
            node.state.insert(.orphaned)
            // What somebody still holds keeps the nodes below it.
            guard isKnownUniquelyReferenced(&node), let below = node.firstWaiting.take(),
                let last = node.lastWaiting
            else { continue }
            node.lastWaiting = nil
            unsafe last._withUnsafeGuaranteedRef { $0.nextWaiting = pending }
            pending = below
        }
    }

    /// A list of nodes on its way to the reactor.
    private final class Released {
        var first: AnyDeferred?
        nonisolated init(_ first: AnyDeferred) { self.first = first }
    }

    /// Whether its function is being run: it waits for nothing any more, and has no result yet.
    private final var isRunning: Bool { state.intersection([.derived, .orphaned]) == .derived }

    // MARK: Public

    /// Whether it has its result.
    public final var isFired: Bool { state.contains(.fired) }

    /// Gives up the wait for the result.
    ///
    /// Cancelling goes inward: a Deferred that waits for another one (the one whose callback it is,
    /// or the one that its callback returned) cancels that one, and the failure travels back
    /// outward. The innermost one calls its canceller, and fails with ``CancelledError`` if that
    /// did not fire it. Cancelling a fired Deferred does nothing, nor does cancelling one whose
    /// callback is running at that moment.
    public final func cancel() {
        var target = self
        while let inner = target.upstream {
            target = unsafe inner.takeUnretainedValue()
        }
        guard !target.state.contains(.fired), !target.isRunning else { return }
        if target.step != nil {
            // What it waited for is gone, but its function shall still see the end.
            target.receive(from: Self.cancelled())
            return target.serve()
        }
        guard let rare = target.rare, let canceller = rare.canceller else {
            target.state.insert(.swallows)
            target.failCancelled()
            return
        }
        if rare.cancellerDecides { return canceller(target) }
        rare.canceller = nil
        canceller(target)
        if !target.state.contains(.fired) { target.failCancelled() }
    }

    /// Holds back its callbacks, fired or not, until as many calls of ``unpause()`` were made.
    public final func pause() {
        let rare = rare ?? Rare()
        self.rare = rare
        rare.pauses += 1
        state.insert(.paused)
    }

    /// Takes back one ``pause()``; the last one runs the callbacks that were held back.
    public final func unpause() {
        guard let rare = rare, rare.pauses > 0 else { return }
        rare.pauses -= 1
        guard rare.pauses == 0 else { return }
        state.remove(.paused)
        serve()
    }

    /// Its class and identity, then its result or what it waits for.
    nonisolated public var description: String {
        let identity = String(UInt(bitPattern: ObjectIdentifier(self).hashValue), radix: 16)
        let name = "\(type(of: self).displayName) at 0x\(identity)"
        guard Reactor.isCurrent else { return "<\(name)>" }
        return Reactor.assumeIsolated { "<\(name)\(self.condition)>" }
    }

    @usableFromInline
    class nonisolated var displayName: String { "Deferred" }

    /// What `description` says after the name.
    @usableFromInline
    var condition: String {
        guard let inner = upstream, state.contains(.adopting) else { return "" }
        return unsafe " waiting on \(inner.takeUnretainedValue())"
    }
}

extension AnyDeferred.State {
    /// It has a result, nothing holds it back, and nobody further up the stack serves it.
    @inlinable var isReady: Bool {
        intersection([.fired, .serving, .paused]) == .fired
    }
}
