import COpenSSL
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Options made ready for use: authorities loaded, certificates read, sessions remembered.
///
/// Making one costs milliseconds when the system's authorities are one file; make it once and use it
/// for many connections.
@safe
public final class TLSContext: @unchecked Sendable {
    /// Which side of a connection.
    public enum Role: Hashable, Sendable {
        /// The side that connects.
        case client
        /// The side that listens.
        case server
    }

    /// Which side it is for.
    public let role: Role
    /// What it was made from.
    public let options: TLSOptions

    // OpenSSL counts references to it and locks it itself.
    let pointer: OpaquePointer
    /// Sessions of servers that offered to resume, the newest one each.
    private let sessions = SessionStore()
    /// The server's further certificates, by the names they are for.
    private let byName = Mutex<[String: TLSContext]>([:])
    private let protocols: UnsafeMutablePointer<[UInt8]>

    /// Makes a context.
    ///
    /// - Parameters:
    ///   - role: Which side it is for.
    ///   - options: How TLS is to be done.
    /// - Throws: ``TLSError/unusableFile(path:reason:)``.
    public init(_ role: Role, _ options: TLSOptions = TLSOptions()) throws(TLSError) {
        self.role = role
        self.options = options
        guard
            let context = unsafe SSL_CTX_new(
                role == .client ? TLS_client_method() : TLS_server_method())
        else { throw .broken(reason: OpenSSLError.take().text) }
        unsafe pointer = context
        unsafe protocols = .allocate(capacity: 1)
        unsafe protocols.initialize(to: Self.wireForm(options.applicationProtocols))
        _ = unsafe twine_SSL_CTX_set_versions(
            context, options.oldest.rawValue, options.newest.rawValue)
        unsafe twine_SSL_CTX_set_modes(context)
        if let ciphers = options.ciphers, unsafe SSL_CTX_set_cipher_list(context, ciphers) == 0 {
            throw .unusableFile(path: "cipher list \"\(ciphers)\"", reason: "no such cipher")
        }
        try loadTrust()
        try loadIdentity()
        switch role {
        case .client: setUpClient()
        case .server: setUpServer()
        }
    }

    deinit {
        unsafe SSL_CTX_free(pointer)
        unsafe protocols.deinitialize(count: 1)
        unsafe protocols.deallocate()
    }

    // MARK: Trust

    private func loadTrust() throws(TLSError) {
        if options.verifies && role == .client {
            unsafe SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, TLSEngine.noteVerification)
        }
        if options.trustsSystem && options.verifies && role == .client { loadSystemTrust() }
        if let file = options.authoritiesFile,
            unsafe SSL_CTX_load_verify_file(pointer, file) != 1
        {
            throw .unusableFile(path: file, reason: OpenSSLError.take().text)
        }
        if let folder = options.authoritiesFolder,
            unsafe SSL_CTX_load_verify_dir(pointer, folder) != 1
        {
            throw .unusableFile(path: folder, reason: OpenSSLError.take().text)
        }
        let store = unsafe SSL_CTX_get_cert_store(pointer)
        var authorities = unsafe PEM.certificates(options.authorities)
        if !options.authorities.isEmpty, unsafe authorities.isEmpty {
            throw .unusableFile(path: "the authorities given", reason: "no PEM certificate in it")
        }
        while let certificate = unsafe authorities.popLast() {
            _ = unsafe X509_STORE_add_cert(store, certificate)
            unsafe X509_free(certificate)
        }
    }

    private func loadSystemTrust() {
        unsafe SSL_CTX_set_default_verify_paths(pointer)
        let file = unsafe String(cString: X509_get_default_cert_file())
        let folder = unsafe String(cString: X509_get_default_cert_dir())
        let isSet =
            unsafe getenv("SSL_CERT_FILE") != nil || getenv("SSL_CERT_DIR") != nil
            || access(file, R_OK) == 0 || access(folder, R_OK) == 0
        guard !isSet else { return }
        // An OpenSSL that was built elsewhere looks in places that this system does not have.
        for path in Self.bundles where unsafe access(path, R_OK) == 0 {
            unsafe SSL_CTX_load_verify_file(pointer, path)
            return
        }
    }

    private static let bundles = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem", "/etc/pki/tls/cacert.pem",
    ]

    // MARK: Identity

    private func loadIdentity() throws(TLSError) {
        if let file = options.certificateFile,
            unsafe SSL_CTX_use_certificate_chain_file(pointer, file) != 1
        {
            throw .unusableFile(path: file, reason: OpenSSLError.take().text)
        }
        if let file = options.privateKeyFile ?? options.certificateFile,
            unsafe SSL_CTX_use_PrivateKey_file(pointer, file, SSL_FILETYPE_PEM) != 1
        {
            throw .unusableFile(path: file, reason: OpenSSLError.take().text)
        }
        guard !options.certificate.isEmpty else { return }
        var chain = unsafe PEM.certificates(options.certificate)
        guard unsafe !chain.isEmpty else {
            throw .unusableFile(path: "the certificate given", reason: "no PEM certificate in it")
        }
        let own = unsafe chain.removeFirst()
        _ = unsafe SSL_CTX_use_certificate(pointer, own)
        unsafe X509_free(own)
        unsafe chain.reverse()
        while let issuer = unsafe chain.popLast() {
            // This call takes the certificate over.
            _ = unsafe SSL_CTX_ctrl(
                pointer, SSL_CTRL_EXTRA_CHAIN_CERT, 0, UnsafeMutableRawPointer(issuer))
        }
        let key = unsafe PEM.privateKey(options.privateKey)
        defer { unsafe EVP_PKEY_free(key) }
        guard unsafe key != nil,
            unsafe SSL_CTX_use_PrivateKey(pointer, key) == 1
        else {
            throw .unusableFile(
                path: "the private key given", reason: "it is no PEM key for the certificate")
        }
    }

    // MARK: Client

    private func setUpClient() {
        unsafe twine_SSL_CTX_client_cache(pointer) { ssl, session in
            guard let ssl = unsafe ssl, let session = unsafe session,
                let raw = unsafe twine_SSL_context(ssl)
            else { return 0 }
            let engine = unsafe Unmanaged<TLSEngine>.fromOpaque(raw).takeUnretainedValue()
            guard let key = engine.sessionKey else { return 0 }
            unsafe engine.context.sessions.put(session, for: key)
            return 1
        }
        let list = unsafe protocols.pointee
        if !list.isEmpty { _ = unsafe SSL_CTX_set_alpn_protos(pointer, list, UInt32(list.count)) }
    }

    /// The session to resume with a server, which the caller frees; one of TLS 1.3 is used once
    /// (RFC 8446 C.4), an older one again and again.
    func takeSession(for key: String) -> OpaquePointer? {
        unsafe sessions.take(key)
    }

    // MARK: Server

    private func setUpServer() {
        var identity = Array("twine".utf8)
        _ = unsafe SSL_CTX_set_session_id_context(pointer, &identity, UInt32(identity.count))
        unsafe SSL_CTX_set_alpn_select_cb(
            pointer,
            { _, chosen, chosenCount, offered, offeredCount, argument in
                guard let list = unsafe argument?.assumingMemoryBound(to: [UInt8].self),
                    unsafe !list.pointee.isEmpty
                else { return SSL_TLSEXT_ERR_NOACK }
                var match: UnsafeMutablePointer<UInt8>?
                var matchCount: UInt8 = 0
                let result = unsafe list.pointee.withUnsafeBufferPointer { ours in
                    unsafe SSL_select_next_proto(
                        &match, &matchCount, ours.baseAddress, UInt32(ours.count), offered,
                        offeredCount)
                }
                guard result == OPENSSL_NPN_NEGOTIATED else { return SSL_TLSEXT_ERR_ALERT_FATAL }
                unsafe chosen?.pointee = UnsafePointer(match)
                unsafe chosenCount?.pointee = matchCount
                return SSL_TLSEXT_ERR_OK
            }, protocols)
        unsafe twine_SSL_CTX_on_server_name(
            pointer,
            { ssl, _, argument in
                guard let ssl = unsafe ssl, let argument = unsafe argument,
                    let name = unsafe SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name)
                else { return SSL_TLSEXT_ERR_NOACK }
                let context = unsafe Unmanaged<TLSContext>.fromOpaque(argument)
                    .takeUnretainedValue()
                if let other = unsafe context.context(forName: String(cString: name)) {
                    unsafe SSL_set_SSL_CTX(ssl, other.pointer)
                }
                return SSL_TLSEXT_ERR_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Gives a server another certificate for the clients that ask for `name` (SNI, RFC 6066 §3).
    ///
    /// - Parameters:
    ///   - context: A server context with that certificate.
    ///   - name: A host name, or `*.` and a domain for the names one level below it.
    public func use(_ context: TLSContext, forName name: String) {
        byName.withLock { $0[name.lowercased()] = context }
    }

    private func context(forName name: String) -> TLSContext? {
        let name = name.lowercased()
        return byName.withLock { contexts in
            if let exact = contexts[name] { return exact }
            guard let dot = name.firstIndex(of: ".") else { return nil }
            return contexts["*" + name[dot...]]
        }
    }

    /// Names with their lengths before them, as ALPN sends them.
    private static func wireForm(_ protocols: [String]) -> [UInt8] {
        protocols.filter { (1...255).contains($0.utf8.count) }
            .flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
    }
}

/// Sessions to resume, by server; bounded.
@safe
private final class SessionStore: @unchecked Sendable {
    /// More servers than this are not remembered: the oldest goes first.
    private static let limit = 1000

    private let lock = Mutex(())
    private var sessions: [String: OpaquePointer] = unsafe [:]
    private var order: [String] = []

    deinit {
        while let (_, session) = unsafe sessions.popFirst() { unsafe SSL_SESSION_free(session) }
    }

    func put(_ session: OpaquePointer, for key: String) {
        lock.withLock { _ in
            if let old = unsafe sessions.updateValue(session, forKey: key) {
                unsafe SSL_SESSION_free(old)
                return
            }
            order.append(key)
            guard order.count > Self.limit else { return }
            if let oldest = unsafe sessions.removeValue(forKey: order.removeFirst()) {
                unsafe SSL_SESSION_free(oldest)
            }
        }
    }

    func take(_ key: String) -> OpaquePointer? {
        unsafe lock.withLock { _ in
            guard let session = unsafe sessions[key] else { return nil }
            if unsafe SSL_SESSION_get_protocol_version(session) < TLS1_3_VERSION {
                unsafe SSL_SESSION_up_ref(session)
            } else {
                unsafe sessions[key] = nil
                order.removeAll { $0 == key }
            }
            return unsafe session
        }
    }
}

/// Reading of PEM texts.
enum PEM {
    /// The certificates in a text; the caller frees them.
    @unsafe
    static func certificates(_ text: [UInt8]) -> [OpaquePointer] {
        guard !text.isEmpty, let bio = unsafe BIO_new_mem_buf(text, Int32(text.count)) else {
            return unsafe []
        }
        defer { unsafe BIO_free(bio) }
        var certificates: [OpaquePointer] = unsafe []
        while let certificate = unsafe PEM_read_bio_X509(bio, nil, nil, nil) {
            unsafe certificates.append(certificate)
        }
        ERR_clear_error()
        return unsafe certificates
    }

    /// The private key in a text; the caller frees it.
    @unsafe
    static func privateKey(_ text: [UInt8]) -> OpaquePointer? {
        guard !text.isEmpty, let bio = unsafe BIO_new_mem_buf(text, Int32(text.count)) else {
            return nil
        }
        defer { unsafe BIO_free(bio) }
        let key = unsafe PEM_read_bio_PrivateKey(bio, nil, nil, nil)
        ERR_clear_error()
        return unsafe key
    }
}

/// The last entry of OpenSSL's error queue.
struct OpenSSLError {
    let code: UInt
    let reason: Int32
    let text: String

    /// Takes all entries of the queue and keeps the last.
    static func take() -> OpenSSLError {
        let code = ERR_peek_last_error()
        ERR_clear_error()
        let reason = twine_error_reason(code)
        let text = unsafe ERR_reason_error_string(code).map { unsafe String(cString: $0) }
        return OpenSSLError(code: code, reason: reason, text: text ?? "unknown reason")
    }
}
