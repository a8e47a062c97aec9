import Testing
import TwineTesting

@testable import swift_wget

@Suite("--write-out, as curl prints it", .tags(.wget))
struct ReportWriteOutTests {
    /// The transfer that curl 7.88.1 made for the expectations below:
    /// `curl -o /dev/null -w FORMAT http://127.0.0.1:18472/page`.
    static var page: TransferRecord {
        var record = TransferRecord("http://127.0.0.1:18472/page")
        record.times = TransferRecord.Times(
            nameLookup: 0.000024, connect: 0.000144, preTransfer: 0.000174,
            startTransfer: 0.000707, total: 0.000755)
        record.remote = TransferRecord.End(address: "127.0.0.1", port: 18_472)
        record.local = TransferRecord.End(address: "127.0.0.1", port: 55_182)
        record.scheme = "http"
        record.httpVersion = "1.1"
        record.connects = 1
        record.status = 200
        record.fields = [
            TransferRecord.Field(name: "Content-Type", value: "text/html"),
            TransferRecord.Field(name: "Content-Length", value: "6"),
        ]
        record.sizeDownload = 6
        record.sizeHeader = 63
        record.sizeRequest = 83
        record.file = "/dev/null"
        return record
    }

    /// `curl -w FORMAT http://127.0.0.1:1/x`, where nobody listens.
    static var refused: TransferRecord {
        var record = TransferRecord("http://127.0.0.1:1/x")
        record.times = TransferRecord.Times(nameLookup: 0.000027, total: 0.000166)
        record.exitStatus = 7
        record.failure = .connect
        record.message =
            "Failed to connect to 127.0.0.1 port 1 after 0 ms: Couldn't connect to server"
        return record
    }

    private func printed(_ format: String, _ record: TransferRecord = page) -> String {
        WriteOut(Array(format.utf8)).outputs(of: record).filter { $0.place == .standardOutput }
            .map { String(decoding: $0.octets, as: UTF8.self) }.joined()
    }

    static let rows: [(format: String, text: String)] = [
        (#"a%%b\tc\nd\re\xf\\g\"#, "a%b\tc\nd\re\\xf\\\\g\\"), ("%{http_code", "%{http_code"),
        ("%x%", "%x%"), ("%header{content-TYPE}|%header{nope}|%header{x", "text/html||%header{x"),
        ("%{onerror}hidden", ""), ("%{}", ""), ("%{stderr}err%{stdout}out", "out"),
        ("%{HTTP_CODE}|%header{}|%header{content-type }|%{http_code }|", "200||||"),
        ("%{header_json}", "{\"content-type\":[\"text/html\"],\n\"content-length\":[\"6\"]\n}"),
        ("%{time_total}|%{time_appconnect}|%{speed_download}", "0.000755|0.000000|7947"),
        (
            "%{remote_ip}:%{remote_port} %{local_ip}:%{local_port}",
            "127.0.0.1:18472 127.0.0.1:55182"
        ),
        ("%{scheme} %{http_version} %{method}", "HTTP 1.1 GET"), ("%{nope}x", "x"),
        ("%{filename_effective}|%{redirect_url}|%{referer}", "/dev/null||"),
        ("%{url.host}|%{url.port}|%{urle.path}|%{url.query}", "127.0.0.1|18472|/page|"),
        ("%{size_download} %{size_header} %{size_request} %{size_upload}", "6 63 83 0"),
        ("%{exitcode}%{errormsg}", "0"), ("", ""), ("%", "%"), ("%%%", "%%"), (#"\"#, "\\"),
    ]

    @Test("each format prints what curl prints of it", arguments: rows)
    func formats(_ format: String, _ text: String) { #expect(printed(format) == text) }

    @Test("a failure prints what curl printed")
    func failure() {
        let format =
            "%{http_code}|%{errormsg}|%{exitcode}|%{remote_ip}|%{remote_port}|%{http_version}|"
            + "%{content_type}|%{scheme}|%{redirect_url}|%{speed_download}|%{method}|%{onerror}E"
        #expect(
            printed(format, Self.refused)
                == "000|Failed to connect to 127.0.0.1 port 1 after 0 ms: Couldn't connect to server"
                + "|7||0|0||||0|GET|E")
    }

    @Test("JSON has what curl's has, and three members that later versions have")
    func json() {
        let curl = """
            {"certs":"","content_type":"text/html","errormsg":null,"exitcode":0,\
            "filename_effective":"/dev/null","ftp_entry_path":null,"http_code":200,"http_connect":0,\
            "http_version":"1.1","local_ip":"127.0.0.1","local_port":55182,"method":"GET",\
            "num_certs":0,"num_connects":1,"num_headers":2,"num_redirects":0,"num_retries":0,\
            "proxy_ssl_verify_result":0,"proxy_used":0,"redirect_url":null,"referer":null,\
            "remote_ip":"127.0.0.1","remote_port":18472,"response_code":200,"scheme":"HTTP",\
            "size_download":6,"size_header":63,"size_request":83,"size_upload":0,\
            "speed_download":7947,"speed_upload":0,"ssl_verify_result":0,\
            "time_appconnect":0.000000,"time_connect":0.000144,"time_namelookup":0.000024,\
            "time_posttransfer":0.000000,"time_pretransfer":0.000174,"time_redirect":0.000000,\
            "time_starttransfer":0.000707,"time_total":0.000755,\
            "url":"http://127.0.0.1:18472/page","url_effective":"http://127.0.0.1:18472/page",\
            "urlnum":0}
            """
        #expect(printed("%{json}") == curl)
    }

    @Test("without a response its fields are an empty object")
    func noFields() { #expect(printed("[%{header_json}]", Self.refused) == "[{\n}]") }

    @Test("a field that came several times has all of its values in one list")
    func fields() {
        var record = Self.page
        record.fields = [
            ("X-A", "1"), ("Set-Cookie", "a=b"), ("x-a", "\"2\\"), ("set-cookie", "c"),
        ]
        .map { TransferRecord.Field(name: $0.0, value: $0.1) }
        #expect(
            printed("%{header_json}", record)
                == #"{"x-a":["1","\"2\\"],"# + "\n" + #""set-cookie":["a=b","c"]"# + "\n}")
    }

    @Test("a variable that is not known is told on standard error, and the rest printed")
    func unknown() {
        let outputs = WriteOut(Array("a%{nope}b".utf8)).outputs(of: Self.page)
        #expect(
            outputs.map { "\($0.place) \(String(decoding: $0.octets, as: UTF8.self))" } == [
                "standardOutput a",
                "standardError swift-wget: unknown --write-out variable: 'nope'\n",
                "standardOutput b",
            ])
    }

    @Test("what follows %output{} goes to a file, from its beginning or behind what is there")
    func output() {
        let format = "a%output{x}b%{method}%output{>>y}c%{stdout}d"
        let outputs = WriteOut(Array(format.utf8)).outputs(of: Self.page)
        #expect(
            outputs == [
                WriteOut.Output(place: .standardOutput, octets: Array("a".utf8)),
                WriteOut.Output(
                    place: .file(Array("x".utf8), appends: false), octets: Array("bGET".utf8)),
                WriteOut.Output(
                    place: .file(Array("y".utf8), appends: true), octets: Array("c".utf8)),
                WriteOut.Output(place: .standardOutput, octets: Array("d".utf8)),
            ])
    }

    @Test("octets that are no text are printed as they are")
    func octets() {
        #expect(
            WriteOut([0xFF, 0x25, 0xFE]).outputs(of: Self.page).map(\.octets) == [
                [0xFF, 0x25, 0xFE]
            ])
    }

    @Test("any format ends, and prints text without signs as it is")
    func noise() {
        var random = SeededRandom(seed: 8)
        let tokens = ["%", "{", "}", "\\", "json", "header", "output", "n", "http_code", "é", ">"]
        for _ in 0..<20_000 {
            var format: [UInt8] = []
            for _ in 0..<Int.random(in: 0...8, using: &random) {
                format += Array((tokens.randomElement(using: &random) ?? "").utf8)
            }
            let outputs = WriteOut(format).outputs(of: Self.page)
            guard !format.contains(UInt8(ascii: "%")), !format.contains(UInt8(ascii: "\\")) else {
                continue
            }
            #expect(outputs.flatMap(\.octets) == format)
        }
    }

    @Test("every variable that has one value is found by its name")
    func names() {
        for value in WriteOutVariable.Value.allCases {
            #expect(WriteOutVariable(value.rawValue) == .value(value))
        }
    }
}

@Suite("--json", .tags(.wget))
struct ReportJSONTests {
    @Test("a transfer that succeeded")
    func success() {
        var record = ReportWriteOutTests.page
        record.digests = [("sha256", "00ff")]
        record.check = .passed
        #expect(
            record.json == """
                {"url":"http://127.0.0.1:18472/page","url_effective":"http://127.0.0.1:18472/page",\
                "method":"GET","status":200,"exit_status":0,"error_class":null,"error":null,\
                "file":"/dev/null","unchanged":false,"resumed_from":0,"content_type":"text/html",\
                "content_length":6,"last_modified":null,"etag":null,"scheme":"http",\
                "http_version":"1.1","tls_version":null,"tls_cipher":null,"remote_ip":"127.0.0.1",\
                "remote_port":18472,"local_ip":"127.0.0.1","local_port":55182,"proxy":false,\
                "size_download":6,"size_upload":0,"size_header":63,"size_request":83,\
                "speed_download":7947,"redirects":0,"connects":1,"retries":0,"segments":1,\
                "time_namelookup":0.000024,"time_connect":0.000144,"time_appconnect":null,\
                "time_pretransfer":0.000174,"time_posttransfer":null,"time_starttransfer":0.000707,\
                "time_redirect":null,"time_total":0.000755,"sha256":"00ff","checksum":"passed"}
                """)
    }

    @Test("a transfer that failed has its kind of failure, and null for what never was")
    func failure() {
        let json = ReportWriteOutTests.refused.json
        #expect(
            json.contains(#""status":null,"exit_status":7,"error_class":"connect","error":"Failed"#)
        )
        #expect(json.contains(#""remote_ip":null,"remote_port":null"#))
    }

    @Test("what is not known yet has no speed")
    func speed() {
        var record = TransferRecord("x")
        record.sizeDownload = 10
        #expect(record.speedDownload == 10)
        record.times.total = 4
        #expect(record.speedDownload == 2)
        record.times.total = 1e-30
        #expect(record.speedDownload > 0)
    }
}
