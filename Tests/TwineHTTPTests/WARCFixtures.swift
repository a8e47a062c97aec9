/// An archive that GNU Wget 1.21.3 wrote.
///
/// It came of `wget -q -O all --warc-file=F --no-warc-compression --no-warc-keep-log --warc-cdx --warc-dedup=A.cdx
/// --warc-header="operator: me" --post-data=a=1 …/old …/page`, where `/old` redirects to `/new`, and the
/// archive of `A.cdx` has `/page`. Lines end with CRLF but for those of the list and the arguments.
enum WARCOfWget {
    static let lines = """
        WARC/1.0\r
        WARC-Type: warcinfo\r
        Content-Type: application/warc-fields\r
        WARC-Date: 2026-11-27T17:17:30Z\r
        WARC-Record-ID: <urn:uuid:379ada43-2f36-469d-96a8-f8d37d7a04a2>\r
        WARC-Filename: F.warc\r
        WARC-Block-Digest: sha1:D3U3UUK7RH7XRLLAP3OOYWE43OQ4H3AP\r
        Content-Length: 412\r
        \r
        software: Wget/1.21.3 (linux-gnu)\r
        format: WARC File Format 1.0\r
        conformsTo: http://bibnum.bnf.fr/WARC/WARC_ISO_28500_version1_latestdraft.pdf\r
        robots: classic\r
        wget-arguments: "-q" "-O" "all" "--warc-file=F" "--no-warc-compression" "--no-warc-keep-log" "--warc-cdx" "--warc-dedup=A.cdx" "--warc-header=operator: me" "--post-data=a=1" "http://127.0.0.1:18472/old" "http://127.0.0.1:18472/page" \r
        operator: me\r
        \r
        \r
        \r
        WARC/1.0\r
        WARC-Type: request\r
        WARC-Target-URI: <http://127.0.0.1:18472/old>\r
        Content-Type: application/http;msgtype=request\r
        WARC-Date: 2026-11-27T17:17:30Z\r
        WARC-Record-ID: <urn:uuid:3aa980e9-357c-467c-9819-b90664742f6c>\r
        WARC-IP-Address: 127.0.0.1\r
        WARC-Warcinfo-ID: <urn:uuid:379ada43-2f36-469d-96a8-f8d37d7a04a2>\r
        WARC-Block-Digest: sha1:3XD6LYRMDGZWWRTULTTJULX5OCWTOIXH\r
        WARC-Payload-Digest: sha1:Q3W2O4FGAYECJMEQ3VG7BEPDXVASCJ44\r
        Content-Length: 205\r
        \r
        POST /old HTTP/1.1\r
        Host: 127.0.0.1:18472\r
        User-Agent: Wget/1.21.3\r
        Accept: */*\r
        Accept-Encoding: identity\r
        Connection: Keep-Alive\r
        Content-Type: application/x-www-form-urlencoded\r
        Content-Length: 3\r
        \r
        a=1\r
        \r
        WARC/1.0\r
        WARC-Type: response\r
        WARC-Record-ID: <urn:uuid:96da19c5-1842-423f-9b70-e9a3f3a27199>\r
        WARC-Warcinfo-ID: <urn:uuid:379ada43-2f36-469d-96a8-f8d37d7a04a2>\r
        WARC-Concurrent-To: <urn:uuid:3aa980e9-357c-467c-9819-b90664742f6c>\r
        WARC-Target-URI: <http://127.0.0.1:18472/old>\r
        WARC-Date: 2026-11-27T17:17:30Z\r
        WARC-IP-Address: 127.0.0.1\r
        WARC-Block-Digest: sha1:ABZXSVV7BSQQ54YUOEVYJESQWFIVYO2L\r
        WARC-Payload-Digest: sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ\r
        Content-Type: application/http;msgtype=response\r
        Content-Length: 57\r
        \r
        HTTP/1.1 302 Found\r
        Location: /new\r
        Content-Length: 0\r
        \r
        \r
        \r
        WARC/1.0\r
        WARC-Type: request\r
        WARC-Target-URI: <http://127.0.0.1:18472/new>\r
        Content-Type: application/http;msgtype=request\r
        WARC-Date: 2026-11-27T17:17:30Z\r
        WARC-Record-ID: <urn:uuid:a2eff96e-de25-4201-892a-0e2bc5c1b021>\r
        WARC-IP-Address: 127.0.0.1\r
        WARC-Warcinfo-ID: <urn:uuid:379ada43-2f36-469d-96a8-f8d37d7a04a2>\r
        WARC-Block-Digest: sha1:ZMQUJXB4ND7NND6JZDEOC7NX6TUMYA2M\r
        Content-Length: 133\r
        \r
        GET /new HTTP/1.1\r
        Host: 127.0.0.1:18472\r
        User-Agent: Wget/1.21.3\r
        Accept: */*\r
        Accept-Encoding: identity\r
        Connection: Keep-Alive\r
        \r
        \r
        \r
        WARC/1.0\r
        WARC-Type: response\r
        WARC-Record-ID: <urn:uuid:08f2fc04-a681-4302-9e1c-808d068aeac6>\r
        WARC-Warcinfo-ID: <urn:uuid:379ada43-2f36-469d-96a8-f8d37d7a04a2>\r
        WARC-Concurrent-To: <urn:uuid:a2eff96e-de25-4201-892a-0e2bc5c1b021>\r
        WARC-Target-URI: <http://127.0.0.1:18472/new>\r
        WARC-Date: 2026-11-27T17:17:30Z\r
        WARC-IP-Address: 127.0.0.1\r
        WARC-Block-Digest: sha1:FWSXTEZI5J6J7N5L7Y4JBSP7QYNWTIXN\r
        WARC-Payload-Digest: sha1:HCOMNN5OLJSZHA7KWXP4EU3WJ3GPQRZS\r
        Content-Type: application/http;msgtype=response\r
        Content-Length: 83\r
        \r
        HTTP/1.1 200 OK\r
        Content-Type: text/plain; charset=utf-8\r
        Content-Length: 4\r
        \r
        new
        \r
        \r
        WARC/1.0\r
        WARC-Type: request\r
        WARC-Target-URI: <http://127.0.0.1:18472/page>\r
        Content-Type: application/http;msgtype=request\r
        WARC-Date: 2026-11-27T17:17:30Z\r
        WARC-Record-ID: <urn:uuid:1debc663-5e7a-4d15-bdbb-6b8865e8097c>\r
        WARC-IP-Address: 127.0.0.1\r
        WARC-Warcinfo-ID: <urn:uuid:379ada43-2f36-469d-96a8-f8d37d7a04a2>\r
        WARC-Block-Digest: sha1:P45Q257ZHNOVRLY5HXZYPAJEERBA5HII\r
        WARC-Payload-Digest: sha1:Q3W2O4FGAYECJMEQ3VG7BEPDXVASCJ44\r
        Content-Length: 206\r
        \r
        POST /page HTTP/1.1\r
        Host: 127.0.0.1:18472\r
        User-Agent: Wget/1.21.3\r
        Accept: */*\r
        Accept-Encoding: identity\r
        Connection: Keep-Alive\r
        Content-Type: application/x-www-form-urlencoded\r
        Content-Length: 3\r
        \r
        a=1\r
        \r
        WARC/1.0\r
        WARC-Type: revisit\r
        WARC-Record-ID: <urn:uuid:4466dad7-5413-4310-8d93-36415f8f94b8>\r
        WARC-Warcinfo-ID: <urn:uuid:379ada43-2f36-469d-96a8-f8d37d7a04a2>\r
        WARC-Concurrent-To: <urn:uuid:1debc663-5e7a-4d15-bdbb-6b8865e8097c>\r
        WARC-Refers-To: <urn:uuid:08670275-e565-4d43-ad7a-b7aa51674519>\r
        WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest\r
        WARC-Truncated: length\r
        WARC-Target-URI: <http://127.0.0.1:18472/page>\r
        WARC-Date: 2026-11-27T17:17:30Z\r
        WARC-IP-Address: 127.0.0.1\r
        Content-Type: application/http;msgtype=response\r
        WARC-Block-Digest: sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ\r
        WARC-Payload-Digest: sha1:6VZNHFX25EQGMKDRJ6ZM4AHXF2KPEJMP\r
        Content-Length: 63\r
        \r
        HTTP/1.1 200 OK\r
        Content-Type: text/html\r
        Content-Length: 6\r
        \r
        \r
        \r
        WARC/1.0\r
        WARC-Type: metadata\r
        WARC-Record-ID: <urn:uuid:2aab1036-8160-417c-8eaf-1a13ab9df9f6>\r
        WARC-Warcinfo-ID: <urn:uuid:379ada43-2f36-469d-96a8-f8d37d7a04a2>\r
        WARC-Target-URI: <metadata://gnu.org/software/wget/warc/MANIFEST.txt>\r
        WARC-Date: 2026-11-27T17:17:30Z\r
        WARC-Block-Digest: sha1:OEP56FMQWXWLCWZBEZR5I7SLFEZFAZGW\r
        Content-Type: text/plain\r
        Content-Length: 48\r
        \r
        <urn:uuid:379ada43-2f36-469d-96a8-f8d37d7a04a2>
        \r
        \r
        WARC/1.0\r
        WARC-Type: resource\r
        WARC-Record-ID: <urn:uuid:9f43b02a-8c02-470a-85b8-77422f212367>\r
        WARC-Warcinfo-ID: <urn:uuid:379ada43-2f36-469d-96a8-f8d37d7a04a2>\r
        WARC-Concurrent-To: <urn:uuid:2aab1036-8160-417c-8eaf-1a13ab9df9f6>\r
        WARC-Target-URI: <metadata://gnu.org/software/wget/warc/wget_arguments.txt>\r
        WARC-Date: 2026-11-27T17:17:30Z\r
        WARC-Block-Digest: sha1:IMSSUL6JPZNKUG27FO5ODCGTN7FK5SRN\r
        Content-Type: text/plain\r
        Content-Length: 218\r
        \r
        "-q" "-O" "all" "--warc-file=F" "--no-warc-compression" "--no-warc-keep-log" "--warc-cdx" "--warc-dedup=A.cdx" "--warc-header=operator: me" "--post-data=a=1" "http://127.0.0.1:18472/old" "http://127.0.0.1:18472/page" 
        \r
        \r

        """

    static let index = """
         CDX a b a m s k r M V g u
        http://127.0.0.1:18472/old 20261127171730 http://127.0.0.1:18472/old - 302 3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ /new - 1356 F.warc <urn:uuid:96da19c5-1842-423f-9b70-e9a3f3a27199>
        http://127.0.0.1:18472/new 20261127171730 http://127.0.0.1:18472/new text/plain 200 HCOMNN5OLJSZHA7KWXP4EU3WJ3GPQRZS - - 2482 F.warc <urn:uuid:08f2fc04-a681-4302-9e1c-808d068aeac6>

        """
}
