import COpenSSL
import TwineCore

/// TLS without a connection: what comes from the peer goes in, what is for the peer comes out.
@safe
public final class TLSEngine {
    /// What reading found.
    enum ReadEnd {
        /// All that has come is read.
        case wantsMore
        /// The peer has ended its side in order.
        case closed
    }

    let context: TLSContext
    /// The host as the user named it, for messages.
    let host: String
    /// Under which the session is remembered.
    let sessionKey: String?

    let ssl: OpaquePointer
    private let input: OpaquePointer
    private let output: OpaquePointer
    /// What the check of the certificate found wrong.
    private(set) var distrust: [TLSError] = []
    private var hasReceived = false
    /// What broke the connection, until whoever reads has been told.
    private var brokenBy: TLSError?
    private(set) var isEstablished = false
    /// What was agreed on, once somebody has asked.
    var found: TLSAgreement?

    /// Makes one end of a connection.
    ///
    /// - Parameters:
    ///   - context: Role and options.
    ///   - host: The server's name or address in text form: it is sent (SNI) and must be in the
    ///     certificate. Empty on the server's side.
    ///   - port: For the memory of sessions.
    /// - Throws: ``TLSError/broken(reason:)`` when the system is out of memory.
    public init(_ context: TLSContext, host: String = "", port: UInt16 = 0) throws(TLSError) {
        guard let ssl = unsafe SSL_new(context.pointer), let input = unsafe BIO_new(BIO_s_mem()),
            let output = unsafe BIO_new(BIO_s_mem())
        else { throw .broken(reason: OpenSSLError.take().text) }
        self.context = context
        self.host = host.isEmpty ? "the peer" : host
        unsafe self.ssl = ssl
        unsafe self.input = input
        unsafe self.output = output
        sessionKey = context.role == .client ? "\(host):\(Int(port))" : nil
        unsafe SSL_set_bio(ssl, input, output)
        unsafe twine_SSL_set_context(ssl, Unmanaged.passUnretained(self).toOpaque())
        if context.role == .server {
            unsafe SSL_set_accept_state(ssl)
        } else {
            unsafe SSL_set_connect_state(ssl)
            setUpClient(host)
        }
    }

    deinit { unsafe SSL_free(ssl) }

    private func setUpClient(_ host: String) {
        // A final dot is for the resolver, not for certificates.
        let name = host.hasSuffix(".") ? String(host.dropLast()) : host
        let parameters = unsafe SSL_get0_param(ssl)
        let verifiesName = context.options.verifiesName
        if IPAddress(name) != nil {
            if verifiesName { _ = unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, name) }
        } else {
            _ = unsafe twine_SSL_set_server_name(ssl, name)
            var flags = X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS
            if !context.options.acceptsCommonName { flags |= X509_CHECK_FLAG_NEVER_CHECK_SUBJECT }
            unsafe X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(flags))
            if verifiesName { _ = unsafe X509_VERIFY_PARAM_set1_host(parameters, name, 0) }
        }
        if let sessionKey, let session = unsafe context.takeSession(for: sessionKey) {
            _ = unsafe SSL_set_session(ssl, session)
            unsafe SSL_SESSION_free(session)
        }
    }

    // MARK: Octets

    /// Takes what came from the peer.
    func receive(_ bytes: Span<UInt8>) {
        guard !bytes.isEmpty else { return }
        hasReceived = true
        unsafe bytes.withUnsafeBytes {
            _ = unsafe BIO_write(input, $0.baseAddress, Int32(clamping: $0.count))
        }
    }

    /// Hands out what is for the peer, if there is any.
    func takeOutput(_ body: (Span<UInt8>) -> Void) {
        var bytes: UnsafeRawPointer?
        let count = unsafe twine_BIO_contents(output, &bytes)
        guard count > 0, let bytes = unsafe bytes else { return }
        let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
        body(unsafe buffer.bindMemory(to: UInt8.self).span)
        unsafe twine_BIO_clear(output)
    }

    // MARK: The handshake

    /// Goes on with the handshake.
    ///
    /// - Returns: Whether it is done.
    func handshake() throws(TLSError) -> Bool {
        guard !isEstablished else { return true }
        ERR_clear_error()
        let result = unsafe SSL_do_handshake(ssl)
        if result == 1 {
            try checkPin()
            isEstablished = true
            return true
        }
        let kind = unsafe SSL_get_error(ssl, result)
        if kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE { return false }
        throw failure()
    }

    /// Checks the server's public key, if it may not be any.
    private func checkPin() throws(TLSError) {
        guard let pin = context.options.pinnedKeys, context.role == .client else { return }
        let certificate = unsafe SSL_get1_peer_certificate(ssl)
        defer { unsafe X509_free(certificate) }
        guard let certificate = unsafe certificate, unsafe pin.matches(certificate) else {
            throw .wrongKey(host: host)
        }
    }

    /// The error of the call that failed.
    private func failure() -> TLSError {
        let error = OpenSSLError.take()
        if context.options.verifies, let distrust = distrust.last { return distrust }
        switch error.reason {
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST,
            SSL_R_PACKET_LENGTH_TOO_LONG, SSL_R_UNKNOWN_PROTOCOL:
            return isEstablished ? .broken(reason: error.text) : .notTLS(host: host)
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_NO_SHARED_CIPHER, SSL_R_VERSION_TOO_LOW,
            SSL_R_NO_PROTOCOLS_AVAILABLE, SSL_R_TLSV1_ALERT_PROTOCOL_VERSION,
            SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, SSL_R_LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED:
            return .noCommonVersion(host: host, reason: error.text)
        // Alerts of the peer are numbered from 1000 on.
        case 1000...1255: return .refused(host: host, alert: error.text)
        default: return .broken(reason: error.text)
        }
    }

    /// OpenSSL's call for each certificate of the chain: the reason is kept; the verdict stands, unless
    /// nothing is to be verified.
    static let noteVerification: @convention(c) (Int32, OpaquePointer?) -> Int32 = { ok, store in
        guard ok == 0, let store = unsafe store, let ssl = unsafe twine_store_SSL(store),
            let raw = unsafe twine_SSL_context(ssl)
        else { return ok }
        let engine = unsafe Unmanaged<TLSEngine>.fromOpaque(raw).takeUnretainedValue()
        // An authority in between need not have published what it has withdrawn.
        if unsafe X509_STORE_CTX_get_error(store) == X509_V_ERR_UNABLE_TO_GET_CRL,
            unsafe X509_STORE_CTX_get_error_depth(store) > 0
        {
            return 1
        }
        unsafe engine.noteDistrust(store)
        return engine.context.options.verifies ? ok : 1
    }

    @unsafe
    private func noteDistrust(_ store: OpaquePointer) {
        let code = unsafe X509_STORE_CTX_get_error(store)
        let certificate = unsafe X509_STORE_CTX_get_current_cert(store)
        let text = unsafe String(cString: X509_verify_cert_error_string(Int(code)))
        let found: TLSError =
            switch code {
            case X509_V_ERR_CERT_HAS_EXPIRED:
                .expired(
                    host: host,
                    on: unsafe Self.text {
                        unsafe twine_ASN1_time(X509_get0_notAfter(certificate), $0, $1)
                    })
            case X509_V_ERR_CERT_NOT_YET_VALID:
                .notYetValid(
                    host: host,
                    until: unsafe Self.text {
                        unsafe twine_ASN1_time(X509_get0_notBefore(certificate), $0, $1)
                    })
            case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: .selfSigned(host: host)
            case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
                X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
                X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
                X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_UNTRUSTED:
                .unknownIssuer(
                    host: host,
                    issuer: unsafe Self.text {
                        unsafe twine_X509_name(X509_get_issuer_name(certificate), $0, $1)
                    })
            case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
                .wrongHost(host: host, names: unsafe Self.names(of: certificate))
            case X509_V_ERR_CERT_REVOKED: .revoked(host: host)
            default: .untrusted(host: host, reason: text)
            }
        if !distrust.contains(found) { distrust.append(found) }
    }

    @unsafe
    private static func names(of certificate: OpaquePointer?) -> [String] {
        let text = unsafe text { _ = unsafe twine_X509_names(certificate, $0, $1) }
        return text.utf8.split(separator: UInt8(ascii: ",")).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// The text that `body` writes, at most 2 KiB.
    @unsafe
    private static func text(_ body: (UnsafeMutablePointer<CChar>, Int) -> Void) -> String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 2048) { buffer in
            guard let start = buffer.baseAddress else { return "" }
            unsafe start.pointee = 0
            unsafe body(start, buffer.count)
            return unsafe String(cString: start)
        }
    }

    // MARK: Data

    /// A piece that is handed out, in octets: some records together, for each piece costs whoever takes it
    /// a system call, most often.
    private static let pieceSize = 65_536
    /// The most that one record holds (RFC 8446 §5.1).
    private static let recordSize = 16_384

    /// Hands out the data that has come, in pieces.
    ///
    /// - Parameter body: Returns whether to go on.
    /// - Returns: Whether the peer has ended its side.
    /// - Throws: What broke the connection.
    func read(_ body: (Span<UInt8>) -> Bool) throws(TLSError) -> ReadEnd {
        var end = ReadEnd.wantsMore
        var isStopped = false
        unsafe withUnsafeTemporaryAllocation(byteCount: Self.pieceSize, alignment: 16) { buffer in
            var next: ReadEnd?
            while next == nil, !isStopped {
                var count = 0
                while next == nil, buffer.count - count >= Self.recordSize {
                    next = unsafe readRecord(buffer, &count)
                }
                end = next ?? .wantsMore
                guard count > 0 else { break }
                let piece = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<count])
                isStopped = !body(unsafe piece.bindMemory(to: UInt8.self).span)
            }
        }
        // What ended it is found again when reading goes on; but an error is found once.
        guard !isStopped else { return .wantsMore }
        if let brokenBy { throw brokenBy }
        return end
    }

    /// Reads what one record holds behind what was read before.
    ///
    /// - Returns: Why no more was read; nil when something was.
    @unsafe
    private func readRecord(
        _ buffer: UnsafeMutableRawBufferPointer, _ count: inout Int
    ) -> ReadEnd? {
        guard brokenBy == nil else { return .wantsMore }
        ERR_clear_error()
        let room = Int32(buffer.count - count)
        let taken = unsafe SSL_read(ssl, buffer.baseAddress.map { unsafe $0 + count }, room)
        if taken > 0 {
            count += Int(taken)
            return nil
        }
        switch unsafe SSL_get_error(ssl, taken) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .wantsMore
        case SSL_ERROR_ZERO_RETURN: return .closed
        default:
            brokenBy = failure()
            return .wantsMore
        }
    }

    /// Encrypts data for the peer.
    func write(_ bytes: Span<UInt8>) throws(TLSError) {
        var sent = 0
        while sent < bytes.count {
            ERR_clear_error()
            let count = unsafe bytes.extracting(sent...).withUnsafeBytes {
                unsafe SSL_write(ssl, $0.baseAddress, Int32(clamping: $0.count))
            }
            guard count > 0 else { throw failure() }
            sent += Int(count)
        }
    }

    /// Says farewell to the peer: nothing more will be sent.
    func closeWrite() {
        ERR_clear_error()
        _ = unsafe SSL_shutdown(ssl)
        ERR_clear_error()
    }

    // MARK: What was agreed on

    /// The application protocol that both chose (ALPN); nil for none.
    public var applicationProtocol: String? {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe SSL_get0_alpn_selected(ssl, &name, &count)
        guard let name = unsafe name, count > 0 else { return nil }
        let octets = unsafe UnsafeBufferPointer(start: name, count: Int(count))
        return unsafe String(decoding: unsafe octets, as: UTF8.self)
    }

    /// The version in use, such as `TLSv1.3`.
    public var version: String { unsafe String(cString: SSL_get_version(ssl)) }

    /// The cipher in use, by OpenSSL's name.
    public var cipher: String {
        unsafe SSL_get_current_cipher(ssl).flatMap { unsafe SSL_CIPHER_get_name($0) }
            .map { unsafe String(cString: $0) } ?? ""
    }

    /// Whether an earlier session was resumed.
    public var isResumed: Bool { unsafe SSL_session_reused(ssl) == 1 }

    /// Who the peer says it is, from its certificate: subject, issuer, end of validity, names.
    public var peerCertificate: PeerCertificate? {
        guard let certificate = unsafe SSL_get1_peer_certificate(ssl) else { return nil }
        defer { unsafe X509_free(certificate) }
        return PeerCertificate(
            subject: unsafe Self.text {
                unsafe twine_X509_name(X509_get_subject_name(certificate), $0, $1)
            },
            issuer: unsafe Self.text {
                unsafe twine_X509_name(X509_get_issuer_name(certificate), $0, $1)
            },
            notAfter: unsafe Self.text {
                unsafe twine_ASN1_time(X509_get0_notAfter(certificate), $0, $1)
            },
            names: unsafe Self.names(of: certificate))
    }
}

/// What a peer's certificate says.
public struct PeerCertificate: Equatable, Sendable {
    /// Whom it is for, as `CN=…`.
    public let subject: String
    /// Who signed it.
    public let issuer: String
    /// Until when it is valid, as `2026-11-23 12:00 UTC`.
    public let notAfter: String
    /// The host names and addresses that it is for.
    public let names: [String]
}
