import Testing

@testable import TwineDNS

@Suite("Messages in JSON")
struct DNSJSONTests {
    @Test("header, question, records and EDNS")
    func whole() throws {
        let name = try DNSName("example.org")
        let message = DNSMessage(
            header: .init(id: 4660, flags: 0x8180), question: [.init(name, .mx)],
            answer: [
                DNSRecord(name: name, timeToLive: 60, data: .mx(preference: 10, exchange: name))
            ],
            additional: [
                DNSExtensions(
                    flags: 0x8000,
                    options: [.init(.extendedError(.init(code: 3, text: Array("old".utf8))))]
                ).record
            ])
        let opt =
            #"{"NAME":".","TYPE":41,"TYPEname":"OPT","CLASS":1232,"#
            + #""TTL":32768,"RDLENGTH":9,"RDATAHEX":"000F000500036F6C64"}"#
        #expect(
            message.json()
                == #"{"ID":4660,"QR":1,"Opcode":0,"AA":0,"TC":0,"RD":1,"RA":1,"AD":0,"CD":0,"RCODE":0,"#
                + #""RCODEname":"NOERROR","QDCOUNT":1,"ANCOUNT":1,"NSCOUNT":0,"ARCOUNT":1,"#
                + #""QNAME":"example.org.","QTYPE":15,"QTYPEname":"MX","QCLASS":1,"QCLASSname":"IN","#
                + #""answerRRs":[{"NAME":"example.org.","TYPE":15,"TYPEname":"MX","CLASS":1,"#
                + #""CLASSname":"IN","TTL":60,"RDLENGTH":15,"#
                + #""RDATAHEX":"000A076578616D706C65036F726700","rdataMX":"10 example.org.","#
                + #""data":{"preference":10,"exchange":"example.org."}}],"authorityRRs":[],"#
                + #""additionalRRs":[\#(opt)],"EDNS":{"version":0,"extendedRCODE":0,"#
                + #""flags":32768,"DO":1,"CO":0,"udpSize":1232,"options":[{"code":15,"name":"EDE","#
                + #""dataHEX":"00036F6C64","data":{"infoCode":3,"purpose":"Stale Answer","#
                + #""extraText":"old"}}]}}"#)
    }

    @Test(
        "fields by name",
        arguments: [
            ("A", "192.0.2.1", #"{"address":"192.0.2.1"}"#),
            (
                "SOA", "a. b. 1 2 3 4 5",
                #"{"mname":"a.","rname":"b.","serial":1,"refresh":2,"retry":3,"expire":4,"minimum":5}"#
            ),
            ("SRV", "1 2 3 a.", #"{"priority":1,"weight":2,"port":3,"target":"a."}"#),
            ("TXT", #""a\"b" "é\000""#, #"{"txtData":["a\"b","é\u0000"]}"#),
            ("TXT", #""a" "\255""#, #"{"txtDataHEX":["61","FF"]}"#),
            ("CAA", "128 issue \"\\200\"", #"{"flags":128,"tag":"issue","valueHEX":"C8"}"#),
            (
                "NAPTR", #"1 2 "S" "SIP+D2U" "" a.b."#,
                #"{"order":1,"preference":2,"flags":"S","services":"SIP+D2U","regexp":"","replacement":"a.b."}"#
            ),
            (
                "DS", "1 8 1 0123456789abcdef0123456789abcdef01234567",
                #"{"keyTag":1,"algorithm":8,"digestType":1,"digest":"0123456789ABCDEF0123456789ABCDEF01234567"}"#
            ),
            (
                "DNSKEY", "257 3 13 AQID",
                #"{"flags":257,"protocol":3,"algorithm":13,"publicKey":"AQID"}"#
            ),
            (
                "RRSIG", "A 13 2 60 1700000001 1700000000 7 a. AQID",
                #"{"typeCovered":"A","algorithm":13,"labels":2,"originalTTL":60,"signatureExpiration":1700000001,"signatureInception":1700000000,"keyTag":7,"signerName":"a.","signature":"AQID"}"#
            ),
            ("NSEC", "a. A TYPE65000", #"{"nextDomainName":"a.","types":["A","TYPE65000"]}"#),
            (
                "NSEC3", "1 0 2 AB 00 A",
                #"{"hashAlgorithm":1,"flags":0,"iterations":2,"salt":"AB","nextHashedOwnerName":"00","types":["A"]}"#
            ),
            (
                "NSEC3PARAM", "1 0 0 -",
                #"{"hashAlgorithm":1,"flags":0,"iterations":0,"salt":""}"#
            ),
            (
                "HTTPS", "1 . alpn=h2,h3 port=53 ipv4hint=192.0.2.1 key667=x",
                #"{"svcPriority":1,"targetName":".","svcParams":{"alpn":["h2","h3"],"port":53,"ipv4hint":["192.0.2.1"],"key667HEX":"78"}}"#
            ),
            (
                "SVCB", #"1 . mandatory=alpn alpn="\255" no-default-alpn dohpath=/q{?dns}"#,
                #"{"svcPriority":1,"targetName":".","svcParams":{"mandatory":["alpn"],"alpnHEX":["FF"],"no-default-alpn":1,"dohpath":"/q{?dns}"}}"#
            ),
            (
                "IPSECKEY", "1 3 2 a. AQID",
                #"{"precedence":1,"gatewayType":3,"algorithm":2,"gateway":"a.","publicKey":"AQID"}"#
            ),
            (
                "AMTRELAY", "1 1 0 .",
                #"{"precedence":1,"discoveryOptional":1,"relayType":0,"relay":null}"#
            ),
            (
                "APL", "!1:192.0.2.0/24 2:2001::/16",
                #"{"items":[{"addressFamily":1,"negation":1,"address":"192.0.2.0","prefix":24},{"addressFamily":2,"negation":0,"address":"2001::","prefix":16}]}"#
            ),
            (
                "HIP", "2 AB AQID a. b.",
                #"{"pkAlgorithm":2,"hitHEX":"AB","publicKey":"AQID","rendezvousServers":["a.","b."]}"#
            ),
            ("LOC", "1 N 1 E 0", nil), ("TYPE65000", "\\# 1 00", nil),
        ] as [(String, String, String?)])
    func fields(_ type: String, _ text: String, _ data: String?) throws {
        let record = try DNSRecord(
            name: .root, type: try #require(DNSType(type)), timeToLive: 0, text: text)
        let found = record.json.split(separator: #","data":"#, maxSplits: 1).dropFirst().first
        #expect(found.map { String($0.dropLast()) } == data)
    }

    @Test("a signature of the message has names too")
    func signature() {
        let record = DNSRecord(
            name: .root, type: .tsig, recordClass: .any, timeToLive: 0,
            rdata: octets("00 000000000001 012c 0002 0102 1234 0010 0000"))
        #expect(
            record.json.hasSuffix(
                #""data":{"algorithmName":".","timeSigned":1,"fudge":300,"macHEX":"0102","originalID":4660,"error":16,"otherDataHEX":""}}"#
            ))
    }

    @Test("rdata that is not of its type's form is told by its octets only")
    func malformed() {
        let record = DNSRecord(name: .root, type: .a, timeToLive: 0, rdata: [1])
        #expect(
            record.json
                == #"{"NAME":".","TYPE":1,"TYPEname":"A","CLASS":1,"CLASSname":"IN","TTL":0,"RDLENGTH":1,"RDATAHEX":"01"}"#
        )
    }

    @Test("several questions are a list, and names keep their escapes")
    func questions() throws {
        let message = DNSMessage(
            question: [.init(try DNSName("a\\\"\\001"), .a), .init(.root, .ns)])
        #expect(message.json().contains(#""QNAME":"a\\\"\\001.""#))
        #expect(
            message.json().contains(
                #""questionRRs":[{"NAME":"a\\\"\\001.","TYPE":1,"TYPEname":"A","CLASS":1,"CLASSname":"IN"},{"NAME":".","TYPE":2,"TYPEname":"NS","CLASS":1,"CLASSname":"IN"}]"#
            ))
    }

    @Test("a type's names are as many as its fields", arguments: UInt16(0)...262)
    func names(_ number: UInt16) throws {
        let type = DNSType(rawValue: number)
        guard let fields = DNSField.fields(of: type, .internet) else { return }
        let count = fields.count { field in
            switch field {
            case .open, .openFirst, .line, .close, .closeZone, .closeKey, .closeDHCID, .odd: false
            default: true
            }
        }
        #expect(DNSField.names(of: type).count == count, "\(type)")
    }
}
