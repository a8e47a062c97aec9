import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Writes a body into a file.
@Reactor
final class BodyFileWriter: BodyReceiver {
    let descriptor: Int32
    private let deferred: Deferred<Int>
    private let progress: (@Reactor (Int) -> Void)?
    private var count = 0

    init(_ descriptor: Int32, _ deferred: Deferred<Int>, _ progress: (@Reactor (Int) -> Void)?) {
        self.descriptor = descriptor
        self.deferred = deferred
        self.progress = progress
    }

    /// Whether octets can be moved into it: into a file, and not one that is always written at its end.
    var takesMoved: Bool {
        var status = stat()
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, flags & O_APPEND == 0 else { return false }
        return unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    func bodyReceived(_ bytes: Span<UInt8>) -> Bool {
        var done = 0
        while done < bytes.count {
            let written = unsafe bytes.extracting(done...).withUnsafeBytes {
                unsafe write(descriptor, $0.baseAddress, $0.count)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else {
                fail(written < 0 ? SystemError(errno: errno) : SystemError(errno: EIO))
                return false
            }
            done += written
        }
        octetsWritten(done)
        return true
    }

    func octetsWritten(_ more: Int) {
        count += more
        progress?(count)
    }

    func fail(_ error: SystemError) { deferred.errback(error) }

    func bodyEnded(_ result: Result<Void, any Error>) {
        switch result {
        case .success: deferred.callback(count)
        case .failure(let error): deferred.errback(error)
        }
    }
}
