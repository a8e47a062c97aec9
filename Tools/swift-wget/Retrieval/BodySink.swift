import TwineCore
import TwineHTTP

/// Takes the content of a reply: writes it to a file, as fast as the rate allows, and shows how far it is.
@Reactor
final class BodySink: BodyReceiver {
    /// How receiving has ended.
    enum End {
        case whole
        /// The connection ended before all that was announced had come.
        case short
        case failed(any Error)
        case cannotWrite(SystemError)
    }

    private let session: Session
    private let response: HTTPClient.Response
    private let document: OutputDocument
    private let check: FileCheck?
    private let progress: TransferProgress?
    private let ended: Deferred<End>
    /// Octets at the beginning that are there already.
    private var skips: Int
    private let began = Reactor.clock.seconds()
    /// Octets that came, those that were skipped included.
    private(set) var received = 0
    private(set) var seconds = 0.0

    init(
        _ session: Session, _ response: HTTPClient.Response, _ document: OutputDocument,
        _ check: FileCheck?, skips: Int, _ progress: TransferProgress?
    ) {
        self.session = session
        self.response = response
        self.document = document
        self.check = check
        self.skips = skips
        self.progress = progress
        ended = Deferred(canceller: { _ in response.cancel() })
    }

    /// Receives all of it.
    func run() async -> End {
        progress?.begin()
        response.receive(self)
        let end: End
        do { end = try await ended.value } catch { end = .failed(error) }
        seconds = Reactor.clock.seconds() - began
        progress?.finish()
        return end
    }

    func bodyReceived(_ bytes: Span<UInt8>) -> Bool {
        received += bytes.count
        let skipped = min(skips, bytes.count)
        skips -= skipped
        do throws(SystemError) {
            let new = bytes.extracting(skipped..<bytes.count)
            try document.write(new)
            check?.update(new)
        } catch {
            ended.callback(.cannotWrite(error))
            return false
        }
        progress?.update(bytes.count)
        if let delay = session.rateLimit?.take(bytes.count, at: Reactor.clock.seconds()), delay > 0
        {
            response.pause()
            Reactor.callLater(delay) { [response] in response.resume() }
        }
        return true
    }

    func bodyEnded(_ result: Result<Void, any Error>) {
        guard !ended.isFired else { return }
        switch result {
        case .success: ended.callback(.whole)
        case .failure(HTTPError.truncated): ended.callback(.short)
        case .failure(let error): ended.callback(.failed(error))
        }
    }
}
