#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Sends a part of a file on a connection, as fast as the peer takes it.
///
/// It goes without a copy where the transport can do that, otherwise in pieces, each of which may be
/// changed on its way.
public final class FileSender: Producer {
    /// Octets read at a time.
    public static let pieceSize = 65_536

    private let file: OpenFile
    private let range: Range<Int>
    private let transform: (@Reactor ([UInt8]) -> [UInt8])?
    private var transport: (any StreamTransport)?
    private var direct: (any FileTransport)?
    private let finished = Deferred<UInt8?>()
    private var last: UInt8?
    /// Octets of the file that are handed to the transport.
    public private(set) var sent = 0

    /// Makes a sender for one time.
    ///
    /// - Parameters:
    ///   - file: The file, which stays open as long as it is needed.
    ///   - range: Which octets of it; all by default.
    ///   - transform: Changes each piece on its way; nil sends the file as it is.
    public init(
        _ file: OpenFile, _ range: Range<Int>? = nil,
        transform: (@Reactor ([UInt8]) -> [UInt8])? = nil
    ) {
        self.file = file
        self.range = range ?? 0..<file.facts.size
        self.transform = transform
    }

    /// Sends, as the transport's producer.
    ///
    /// - Parameter transport: Where to.
    /// - Returns: Fires with the last octet that was sent, nil when there was none, once all is handed
    ///   to the transport. It fails with `ConnectionLost` when the connection ends before, with
    ///   ``FileTooShort`` when the file does, and with the system's error.
    public func send(on transport: any StreamTransport) -> Deferred<UInt8?> {
        guard !range.isEmpty else { return succeed(nil) }
        self.transport = transport
        if transform == nil { direct = transport as? any FileTransport }
        transport.registerProducer(self, streaming: false)
        return finished
    }

    /// See ``Producer``.
    public func resumeProducing() {
        guard let transport else { return }
        let offset = range.lowerBound + sent
        if let direct {
            do {
                if let count = try direct.sendFile(file, at: offset, range.upperBound - offset) {
                    sent += count
                    if sent == range.count {
                        last = try file.read(at: range.upperBound - 1, 1).first
                        end(.success(last))
                    }
                    return
                }
                self.direct = nil
            } catch {
                return end(.failure(error))
            }
        }
        do throws(SystemError) {
            let wanted = min(Self.pieceSize, range.upperBound - offset)
            let piece = try file.read(at: offset, wanted)
            sent += piece.count
            let changed = transform?(piece) ?? piece
            last = changed.last ?? last
            transport.write(changed)
            if piece.count < wanted {
                end(
                    .failure(FileTooShort(expected: range.upperBound, actual: offset + piece.count))
                )
            } else if sent == range.count {
                end(.success(last))
            } else if changed.isEmpty {
                // Nothing was written, so nothing will ask for more.
                Reactor.whenCallbackReturns { [weak self] in self?.resumeProducing() }
            }
        } catch {
            end(.failure(error))
        }
    }

    private func end(_ result: Result<UInt8?, any Error>) {
        guard let transport = transport.take() else { return }
        direct = nil
        transport.unregisterProducer()
        switch result {
        case .success(let last): finished.callback(last)
        case .failure(let error): finished.errback(error)
        }
    }

    /// Does nothing: it sends when it is asked to.
    public func pauseProducing() {}

    /// The connection has ended, or another producer took its place.
    public func stopProducing() {
        direct = nil
        guard transport.take() != nil else { return }
        finished.errback(ConnectionLost.aborted)
    }
}

/// A file has become shorter while it was being sent.
public struct FileTooShort: Error, Equatable, Sendable, CustomStringConvertible {
    /// The size that it should have, in octets.
    public let expected: Int
    /// The size that it has.
    public let actual: Int
    /// One line for people.
    public var description: String {
        "the file ended after \(actual) octets while \(expected) were to be sent"
    }
}

/// A transport that sends files without a copy.
@Reactor
public protocol FileTransport: StreamTransport {
    /// Sends octets of a file, as many as there is room for.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - offset: From where.
    ///   - count: How many.
    /// - Returns: How many were sent; fewer when there is no more room, and then the transport's
    ///   producer is asked again when there is. nil when it cannot be done with this file.
    /// - Throws: ``FileTooShort``.
    func sendFile(_ file: OpenFile, at offset: Int, _ count: Int) throws(FileTooShort) -> Int?
}
