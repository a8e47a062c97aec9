import HTTPTypes
import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file on its way in: it is written under another name, and gets its own when it is whole.
final class FileUpload: RequestBodyReceiver {
    /// Held, so that its number stays its own.
    private let folder: OpenFile
    private let number: Int32
    private let name: String
    private let replaces: Bool
    /// Hidden, so that it is not served while it is not whole.
    private let temporary: String
    private var descriptor: Int32

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - name: Its name in the end.
    ///   - folder: Where.
    ///   - replaces: Whether one is there already.
    /// - Throws: ``SystemError``.
    init(_ name: String, in folder: OpenFile, replaces: Bool) throws(SystemError) {
        self.name = name
        self.folder = folder
        number = folder.number
        self.replaces = replaces
        temporary = ".upload-" + String(UInt64.random(in: 0 ... .max), radix: 36)
        descriptor = unsafe openat(
            number, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
        if descriptor < 0 { throw SystemError.last }
    }

    deinit {
        guard descriptor >= 0 else { return }
        _ = close(descriptor)
        _ = unsafe unlinkat(number, temporary, 0)
    }

    /// Writes the next octets.
    func receive(_ octets: Span<UInt8>) throws {
        var written = 0
        while written < octets.count {
            let count = unsafe octets.extracting(written...).withUnsafeBufferPointer {
                unsafe write(descriptor, $0.baseAddress, $0.count)
            }
            if count > 0 {
                written += count
            } else if errno != EINTR {
                throw RequestRefusal(Self.refusal(SystemError.last))
            }
        }
    }

    /// Takes the file away again.
    func lost() {
        guard descriptor >= 0 else { return }
        _ = close(descriptor)
        _ = unsafe unlinkat(number, temporary, 0)
        descriptor = -1
    }

    /// Gives the file its name.
    ///
    /// - Returns: The response.
    func finish() -> WebResponse {
        guard descriptor >= 0 else { return .error(.internalServerError) }
        // A disk may be found to be full as late as this.
        let isClosed = close(descriptor) == 0
        descriptor = -1
        guard isClosed, unsafe renameat(number, temporary, number, name) == 0 else {
            let error = SystemError.last
            _ = unsafe unlinkat(number, temporary, 0)
            return Self.refusal(error)
        }
        return WebResponse(status: replaces ? .noContent : .created)
    }

    /// The answer to what the system says to writing.
    static func refusal(_ error: SystemError) -> WebResponse {
        switch error.errno {
        case ENOSPC, EDQUOT:
            .error(HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage"))
        case EFBIG: .error(.contentTooLarge)
        case ENOENT, ENOTDIR, EISDIR, EEXIST, EXDEV, ELOOP:
            .error(.conflict, "There is no such folder.")
        case ENAMETOOLONG, EINVAL: .error(.badRequest, "The name is too long.")
        case EROFS: .error(.forbidden, "Nothing can be written there.")
        default: FolderResource.refusal(error)
        }
    }
}
