/// What is printed for `-h` and for options that make no sense.
enum Usage {
    static let short = """
        Usage:  swift-dig [@global-server] [domain] [q-type] [q-class] {q-opt}
                    {global-d-opt} host [@local-server] {local-d-opt}
                    [ host [@local-server] {local-d-opt} [...]]

        """

    static let hint = """

        Use "swift-dig -h" (or "swift-dig -h | more") for complete list of options

        """

    static let help =
        short + """
            Where:  domain   is in the Domain Name System
                    q-class  is one of (in,hs,ch,...) [default: in]
                    q-type   is one of (a,any,mx,ns,soa,hinfo,axfr,txt,...) [default: a]
                             (ixfr=VERSION for an incremental transfer)
                    q-opt    is one of:
                             -4, -6              (use IPv4 only, IPv6 only)
                             -b address[#port]   (bind to source address/port)
                             -c class            (specify query class)
                             -d                  (tell each step on standard error)
                             -f filename         (batch mode; - is standard input)
                             -k keyfile          (specify tsig or sig(0) key file)
                             -p port             (specify port number)
                             -q name             (specify query name)
                             -r                  (do not read ~/.digrc)
                             -t type             (specify query type)
                             -u                  (display times in usec instead of msec)
                             -x address          (shortcut for reverse lookups)
                             -y [hmac:]name:key  (specify named base64 tsig key)
                    d-opt    is of the form +keyword[=value], where keyword is:
             asking:
                             +[no]aaflag         (Set AA flag in query; +[no]aaonly)
                             +[no]adflag         (Set AD flag in query) [on]
                             +[no]cdflag         (Set checking disabled flag in query)
                             +[no]coflag         (Set compact denial of existence ok flag)
                             +[no]dnssec         (Request DNSSEC records; +[no]do)
                             +[no]header-only    (Send query without a question section)
                             +[no]opcode=###     (Set the opcode of the request)
                             +qid=###            (Specify the query ID)
                             +[no]raflag         (Set RA flag in query)
                             +[no]rdflag         (Recursive mode; +[no]recurse) [on]
                             +[no]tcflag         (Set TC flag in query)
                             +[no]zflag          (Set Z flag in query)
             EDNS:
                             +bufsize[=###]      (Set EDNS0 Max UDP packet size)
                             +[no]cookie[=###]   (Add a COOKIE option to the request) [on]
                             +[no]edns[=###]     (Set EDNS version) [0]
                             +ednsflags=###      (Set EDNS flag bits)
                             +[no]ednsnegotiation (Set EDNS version negotiation)
                             +ednsopt=###[:value] (Send specified EDNS option)
                             +noednsopt          (Clear list of +ednsopt options)
                             +[no]expire         (Request time to expire)
                             +[no]keepalive      (Request EDNS TCP keepalive)
                             +[no]nsid           (Request Name Server ID)
                             +padding=###        (Set padding block size) [0]
                             +subnet=addr        (Set edns-client-subnet option)
                             +[no]zoneversion    (Request zone version)
             transport:
                             +[no]badcookie      (Retry BADCOOKIE responses) [on]
                             +[no]fail           (Don't try next server on SERVFAIL [on]; and
                                                  exit with 20 + code unless there is an answer)
                             +fail-on=CODE,...   (exit with 20 + code on these codes; NODATA
                                                  is an empty answer)
                             +[no]https[=path]   (DNS over HTTPS; +[no]https-get by GET)
                             +[no]http-plain[=path] (DNS over HTTP; +[no]http-plain-get by GET)
                             +[no]ignore         (Don't revert to TCP for TC responses)
                             +[no]keepopen       (Keep the TCP connection open between queries)
                             +[no]proxy[=src[#port]-dst[#port]] (Add PROXYv2 headers)
                             +[no]proxy-plain[=...] (the same, ahead of any encryption)
                             +retry=###, +tries=### (Set number of retries [2] or tries [3])
                             +[no]tcp            (TCP mode; +[no]vc)
                             +timeout=###        (Set query timeout) [5]
                             +[no]tls            (DNS over TLS)
                             +[no]tls-ca[=file]  (Check the server's certificate)
                             +[no]tls-hostname=name (Set the name it must be for)
                             +[no]tls-certfile=file, +[no]tls-keyfile=file (show one's own)
             searching:
                             +domain=###         (Set default domain name)
                             +[no]dns64prefix    (Get the DNS64 prefixes from ipv4only.arpa)
                             +[no]idn            (Convert international names; +[no]idnin; +[no]idnout)
                             +ndots=###          (Set search NDOTS value)
                             +[no]nssearch       (Search all authoritative name servers)
                             +[no]search         (Use the search list; +[no]showsearch)
                             +[no]trace          (Trace delegation down from root)
                             +[no]validate       (Validate by DNSSEC, and tell how)
                             +anchor=file        (Trust the keys of this file)
             printing:
                             +[no]all            (Set or clear all display flags)
                             +[no]additional, +[no]answer, +[no]authority, +[no]question (sections)
                             +[no]besteffort     (Try to parse even illegal messages) [on]
                             +[no]class, +[no]ttlid, +[no]ttlunits (columns of records)
                             +[no]cmd, +[no]comments, +[no]rrcomments, +[no]stats (lines of comments)
                             +[no]color[=always] (Colours, where it is a terminal)
                             +[no]crypto, +[no]split=## (keys and signatures)
                             +[no]expandaaaa, +[no]unknownformat, +[no]svcparamkeycompat (data)
                             +[no]identify       (ID responders in short answers)
                             +[no]json           (RFC 8427, an object a line)
                             +[no]multiline      (Print records in an expanded format)
                             +[no]onesoa         (AXFR prints only one soa record)
                             +[no]qr             (Print question before sending)
                             +[no]short          (Display nothing except short answers)
                             +[no]showallmessages, +[no]showbadcookie, +[no]showbadvers,
                             +[no]showtruncated  (Show replies that are retried)
                             +[no]table          (Aligned columns, for people)
                             +[no]yaml           (Present the results as YAML)
             many:
                             +concurrency=###    (Queries at once in batch mode) [128]
                             +[no]unordered      (Print as replies come)
                             +servers[=a,b,...]  (Ask all servers at once, and compare)
                             +watch[=seconds]    (Ask until the answer changes)
                             +until=text         (Ask until an answer has this text)
                             +bench[=seconds]    (Ask as fast as it goes, and tell how fast)
                    global d-opts and servers (before host name) affect all queries.
                    local d-opts and servers (after host name) affect only that lookup.
                    -h                           (print help and exit)
                    -v                           (print version and exit)

            """
}
