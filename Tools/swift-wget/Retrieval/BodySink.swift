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
    private let isDecoded: Bool
    private let check: FileCheck?
    private let progress: TransferProgress?
    private let ended: Deferred<Void>
    /// Octets at the beginning that are there already.
    private var skips: Int
    private let began = Reactor.clock.seconds()
    /// Octets that came, those that were skipped included.
    private(set) var received = 0
    private(set) var seconds = 0.0
    /// Octets as they came over the network, which are others where content codings are taken off.
    private(set) var travelled = 0

    init(
        _ session: Session, _ response: HTTPClient.Response, _ document: OutputDocument,
        _ check: FileCheck?, skips: Int, _ progress: TransferProgress?
    ) {
        self.session = session
        self.response = response
        self.document = document
        isDecoded = response.isDecoded
        self.check = check
        self.skips = skips
        self.progress = progress
        ended = Deferred(canceller: { _ in response.cancel() })
    }

    /// Receives all of it.
    func run() async -> End {
        progress?.begin()
        let end = await receive()
        seconds = Reactor.clock.seconds() - began
        showProgress(0)
        progress?.finish()
        return end
    }

    private func receive() async -> End {
        do {
            if let limit = session.limit {
                let transfer = PacedTransfer(response, limit: limit, clock: Reactor.clock) {
                    [self] octets in
                    try store(octets)
                    return true
                }
                try await transfer.ended.value
            } else if let number = shortWay {
                _ = try await response.write(to: number, isMoved: true) { [self] count in
                    let new = count - received
                    received = count
                    document.advance(by: new)
                    showProgress(new)
                }.value
            } else {
                response.receive(self)
                try await ended.value
            }
            return .whole
        } catch let error as SystemError {
            return .cannotWrite(error)
        } catch HTTPError.truncated {
            return .short
        } catch {
            return .failed(error)
        }
    }

    /// The file, where what comes can go into it without passing here, and is enough to be worth it.
    private var shortWay: Int32? {
        guard check == nil, skips == 0, !isDecoded,
            let length = response.contentLength, length >= Self.long
        else { return nil }
        return document.fileNumber
    }

    /// Shorter bodies have come by the time that a pipe is made.
    private static let long = 1 << 20

    private func store(_ bytes: Span<UInt8>) throws(SystemError) {
        received += bytes.count
        let skipped = min(skips, bytes.count)
        skips -= skipped
        let new = bytes.extracting(skipped..<bytes.count)
        try document.write(new)
        check?.update(new)
        showProgress(bytes.count)
    }

    /// Shows how far it is: in octets as they travel, for those are what the length is of.
    private func showProgress(_ stored: Int) {
        let new = isDecoded ? response.encodedReceived - travelled : stored
        travelled += new
        if new > 0 || stored > 0 { progress?.update(new) }
    }

    func bodyReceived(_ bytes: Span<UInt8>) -> Bool {
        do throws(SystemError) {
            try store(bytes)
            return true
        } catch {
            ended.errback(error)
            return false
        }
    }

    func bodyEnded(_ result: Result<Void, any Error>) {
        guard !ended.isFired else { return }
        ended.fire(result)
    }
}
