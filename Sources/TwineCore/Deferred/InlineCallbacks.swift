import CTwine

/// Runs an async function on the reactor; the Deferred has what it returns or throws.
///
/// The function runs at once, up to its first real wait, before this returns. Cancelling the
/// Deferred cancels the one that the function waits for at that moment; the function may catch that
/// error, return a value in its place, or go on to wait for something else, and can then be
/// cancelled again. A function that waits for something else, as for its child tasks, has its Task
/// cancelled instead, and them with it. The Deferred fires when the function is done, not before.
///
/// ```swift
/// let title = inlineCallbacks {
///     let page = try await getPage(url).value
///     return try title(of: page)
/// }
/// ```
@Reactor
public func inlineCallbacks<Success>(
    fileID: StaticString = #fileID, line: UInt = #line,
    _ body: @escaping @Reactor () async throws -> Success
) -> Deferred<Success> {
    let routine = InlineRoutine()
    let deferred = Deferred<Success>(
        canceller: { _ in routine.cancel() }, fileID: fileID, line: line)
    deferred.rare?.cancellerDecides = true
    routine.start(body, deferred)
    return deferred
}

/// One running async function: what it waits for, so that a cancel can reach it.
@Reactor
@usableFromInline
final class InlineRoutine {
    @TaskLocal @usableFromInline static var current: InlineRoutine?

    /// What the function itself waits for; what its child tasks wait for is cancelled through them.
    @safe @exclusivity(unchecked) private var waiting: AnyDeferred?
    private var task: Task<Void, any Error>?
    private var isDone = false
    /// The Task that runs it; 0 before and after.
    private var ownTask: UInt = 0

    /// Whether the caller is the function itself, and no task that it made.
    var isCurrentTask: Bool { twine_current_task() == ownTask }

    func start<Success>(
        _ body: @escaping @Reactor () async throws -> Success, _ deferred: Deferred<Success>
    ) {
        let task = Reactor.startTask { await self.run(body, deferred) }
        if !isDone { self.task = task }
    }

    private func run<Success>(
        _ body: @Reactor () async throws -> Success, _ deferred: Deferred<Success>
    ) async {
        ownTask = twine_current_task()
        var result: Result<Success, any Error>
        do {
            result = .success(
                try await InlineRoutine.$current.withValue(self) { try await body() })
        } catch {
            result = .failure(error)
        }
        isDone = true
        task = nil
        ownTask = 0
        deferred.fire(result)
    }

    func waits(for deferred: AnyDeferred) { waiting = deferred }

    func resumed() { waiting = nil }

    /// Cancels what the function waits for; if that is no Deferred, its Task.
    func cancel() {
        if let waiting { waiting.cancel() } else { task?.cancel() }
    }
}
