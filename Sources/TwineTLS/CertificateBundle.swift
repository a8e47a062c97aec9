import COpenSSL
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A PEM file of many certificates, of which OpenSSL gets those that it asks for.
///
/// To read a certificate costs OpenSSL some tenth of a millisecond, and a system's file has a hundred and
/// forty. To find the subjects in all of them costs less than to read three.
@safe
final class CertificateBundle: Sendable {
    private let path: String
    /// Octets of the file.
    let size: Int
    /// What is in it, once it was asked for.
    private let contents = Mutex<PEMCertificates?>(nil)

    /// A file, which is read when it is asked for something; nil when it cannot be opened.
    init?(path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0, unsafe access(path, R_OK) == 0 else { return nil }
        self.path = path
        size = Int(status.st_size)
    }

    /// Whether it holds certificates alone, at least one: no revocations, and none with its own trust.
    var isPlain: Bool {
        let known = read()
        return known.count > 0 && !known.hasOthers
    }

    private func read() -> PEMCertificates {
        contents.withLock { contents in
            if let contents { return contents }
            let made = PEMCertificates(Self.octets(of: path))
            contents = made
            return made
        }
    }

    private static func octets(of path: String) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { _ = close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return [] }
        return unsafe [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
            while count < buffer.count {
                let taken = unsafe pread(
                    descriptor, buffer.baseAddress.map { unsafe $0 + count },
                    buffer.count - count, off_t(count))
                if taken < 0, errno == EINTR { continue }
                guard taken > 0 else { return }
                count += taken
            }
        }
    }

    // MARK: OpenSSL's side

    /// How OpenSSL looks something up here: made once, and never freed.
    nonisolated(unsafe) private static let method: OpaquePointer? = {
        let method = unsafe X509_LOOKUP_meth_new("Twine's certificate bundle")
        unsafe X509_LOOKUP_meth_set_get_by_subject(method) { lookup, type, name, found in
            guard type == X509_LU_X509, let lookup = unsafe lookup, let name = unsafe name,
                let found = unsafe found, let data = unsafe X509_LOOKUP_get_method_data(lookup)
            else { return 0 }
            let bundle = unsafe Unmanaged<CertificateBundle>.fromOpaque(data).takeUnretainedValue()
            return unsafe bundle.find(name, X509_LOOKUP_get_store(lookup), found) ? 1 : 0
        }
        unsafe X509_LOOKUP_meth_set_free(method) { lookup in
            guard let data = unsafe X509_LOOKUP_get_method_data(lookup) else { return }
            unsafe Unmanaged<CertificateBundle>.fromOpaque(data).release()
        }
        return unsafe method
    }()

    /// Lets a store look its certificates up here, until it is freed.
    @unsafe
    func serve(_ store: OpaquePointer?) {
        guard let method = unsafe Self.method,
            let lookup = unsafe X509_STORE_add_lookup(store, method),
            unsafe X509_LOOKUP_get_method_data(lookup) == nil
        else { return }
        let data = unsafe Unmanaged.passRetained(self).toOpaque()
        _ = unsafe X509_LOOKUP_set_method_data(lookup, data)
    }

    /// Puts the certificates of a subject into the store, and the first into `found`.
    @unsafe
    private func find(_ name: OpaquePointer, _ store: OpaquePointer?, _ found: OpaquePointer)
        -> Bool
    {
        var octets: UnsafePointer<UInt8>?
        var count = 0
        guard unsafe X509_NAME_get0_der(name, &octets, &count) == 1 else { return false }
        let subject = unsafe Array(UnsafeBufferPointer(start: octets, count: count))
        var isFound = false
        for certificate in read().certificates(of: subject) {
            let parsed = unsafe certificate.withUnsafeBufferPointer { buffer in
                var start = buffer.baseAddress
                return unsafe d2i_X509(nil, &start, buffer.count)
            }
            guard let parsed = unsafe parsed else { continue }
            _ = unsafe X509_STORE_add_cert(store, parsed)
            if !isFound { isFound = unsafe X509_OBJECT_set1_X509(found, parsed) == 1 }
            unsafe X509_free(parsed)
        }
        return isFound
    }
}
