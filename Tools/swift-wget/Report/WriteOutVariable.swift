import TwineHTTP

/// What a variable of `--write-out` stands for.
enum WriteOutVariable: Equatable, Sendable {
    /// One value, by curl's name for it.
    case value(Value)
    /// All of them as one JSON object.
    case json
    /// The fields of the response as one JSON object.
    case headerJSON
    /// A part of the URL that was asked for, or of the one that was fetched in the end.
    case urlPart(URLPart, isEffective: Bool)
    /// What follows is for failures only.
    case onError
    /// What follows goes to standard output.
    case standardOutput
    /// What follows goes to standard error.
    case standardError

    /// The variables that have one value, in the order in which curl has them in JSON.
    enum Value: String, CaseIterable, Sendable {
        case certs
        case contentType = "content_type"
        case errorMessage = "errormsg"
        case exitCode = "exitcode"
        case fileName = "filename_effective"
        case ftpEntryPath = "ftp_entry_path"
        case httpCode = "http_code"
        case httpConnect = "http_connect"
        case httpVersion = "http_version"
        case localIP = "local_ip"
        case localPort = "local_port"
        case method
        case certificateCount = "num_certs"
        case connectCount = "num_connects"
        case headerCount = "num_headers"
        case redirectCount = "num_redirects"
        case retryCount = "num_retries"
        case proxyVerifyResult = "proxy_ssl_verify_result"
        case proxyUsed = "proxy_used"
        case redirectURL = "redirect_url"
        case referer
        case remoteIP = "remote_ip"
        case remotePort = "remote_port"
        case responseCode = "response_code"
        case scheme
        case sizeDownload = "size_download"
        case sizeHeader = "size_header"
        case sizeRequest = "size_request"
        case sizeUpload = "size_upload"
        case speedDownload = "speed_download"
        case speedUpload = "speed_upload"
        case verifyResult = "ssl_verify_result"
        case timeAppConnect = "time_appconnect"
        case timeConnect = "time_connect"
        case timeNameLookup = "time_namelookup"
        case timePostTransfer = "time_posttransfer"
        case timePreTransfer = "time_pretransfer"
        case timeRedirect = "time_redirect"
        case timeStartTransfer = "time_starttransfer"
        case timeTotal = "time_total"
        case url
        case effectiveURL = "url_effective"
        case number = "urlnum"
    }

    /// The parts of a URL.
    enum URLPart: String, CaseIterable, Sendable {
        case scheme
        case user
        case password
        case host
        case port
        case path
        case query
        case fragment
    }

    /// Finds a variable; nil when there is none of that name.
    ///
    /// - Parameter name: Its name, in any case.
    init?(_ name: String) {
        let name = name.lowercased()
        switch name {
        case "json": self = .json
        case "header_json": self = .headerJSON
        case "onerror": self = .onError
        case "stdout": self = .standardOutput
        case "stderr": self = .standardError
        default:
            if let value = Value(rawValue: name) {
                self = .value(value)
            } else if let dot = name.firstIndex(of: "."),
                let part = URLPart(rawValue: String(name[name.index(after: dot)...])),
                ["url", "urle"].contains(name[..<dot])
            {
                self = .urlPart(part, isEffective: name.hasPrefix("urle"))
            } else {
                return nil
            }
        }
    }
}

extension WriteOutVariable.Value {
    /// What a variable is in one record: text, which may be missing, or a number.
    enum Content: Equatable {
        case text(String?)
        case number(Int)
        /// A status: three digits as text.
        case status(Int)
        case seconds(Double)
    }

    /// What it is in one record.
    func content(in record: TransferRecord) -> Content {
        switch self {
        case .certs: .text(record.certificates.joined())
        case .contentType: .text(record["Content-Type"])
        case .errorMessage: .text(record.message)
        case .exitCode: .number(record.exitStatus)
        case .fileName: .text(record.file)
        case .ftpEntryPath: .text(nil)
        case .httpCode, .responseCode: .status(record.status)
        case .httpConnect: .status(record.connectStatus)
        case .httpVersion: .text(record.httpVersion ?? "0")
        case .localIP: .text(record.local?.address ?? "")
        case .localPort: .number(record.local?.port ?? 0)
        case .method: .text(record.method)
        case .redirectURL: .text(record.redirectURL)
        case .referer: .text(record.referer)
        case .remoteIP: .text(record.remote?.address ?? "")
        case .remotePort: .number(record.remote?.port ?? 0)
        case .scheme: .text(record.scheme?.uppercased())
        case .url: .text(record.url)
        case .effectiveURL: .text(record.effectiveURL)
        default: number(in: record)
        }
    }

    private func number(in record: TransferRecord) -> Content {
        switch self {
        case .certificateCount: .number(record.certificates.count)
        case .connectCount: .number(record.connects)
        case .headerCount: .number(record.fields.count)
        case .redirectCount: .number(record.redirects)
        case .retryCount: .number(record.retries)
        case .proxyVerifyResult: .number(record.proxyVerifyResult)
        case .proxyUsed: .number(record.usesProxy ? 1 : 0)
        case .sizeDownload: .number(record.sizeDownload)
        case .sizeHeader: .number(record.sizeHeader)
        case .sizeRequest: .number(record.sizeRequest)
        case .sizeUpload: .number(record.sizeUpload)
        case .speedDownload: .number(record.speedDownload)
        case .speedUpload: .number(record.speedUpload)
        case .verifyResult: .number(record.verifyResult)
        case .number: .number(record.number)
        default: seconds(in: record.times)
        }
    }

    private func seconds(in times: TransferRecord.Times) -> Content {
        let seconds =
            switch self {
            case .timeAppConnect: times.appConnect
            case .timeConnect: times.connect
            case .timeNameLookup: times.nameLookup
            case .timePostTransfer: times.postTransfer
            case .timePreTransfer: times.preTransfer
            case .timeRedirect: times.redirect
            case .timeStartTransfer: times.startTransfer
            default: times.total
            }
        return .seconds(seconds ?? 0)
    }
}

extension WriteOutVariable.URLPart {
    /// The part of a URL; nothing where it has none, or is no URL.
    func text(of url: String) -> String {
        guard let parsed = try? WebURL.parse(url) else { return "" }
        switch self {
        case .scheme: return parsed.scheme
        case .user: return parsed.userName
        case .password: return parsed.password
        case .host: return parsed.hostName
        case .port: return parsed.effectivePort.map { String($0) } ?? ""
        case .path: return parsed.path
        case .query: return parsed.query ?? ""
        case .fragment: return parsed.fragment ?? ""
        }
    }
}
