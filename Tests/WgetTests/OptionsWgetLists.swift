/// What wget has, for the tests that ask for each.
enum WgetLists {
    /// The long options of every wget 1.21.3 to 1.25.
    static let options = """
        accept accept-regex adjust-extension append-output ask-password auth-no-challenge background \
        backup-converted backups base bind-address body-data body-file ca-certificate ca-directory \
        cache certificate certificate-type check-certificate ciphers clobber compression config \
        connect-timeout content-disposition content-on-error continue convert-file-only \
        convert-links cookies crl-file cut-dirs debug default-page delete-after directories \
        directory-prefix dns-cache dns-timeout domains dont-remove-listing dot-style egd-file \
        exclude-directories exclude-domains execute follow-ftp follow-tags force-directories \
        force-html ftp-password ftp-user ftps-clear-data-connection ftps-fallback-to-ftp \
        ftps-implicit ftps-resume-ssl glob header help host-directories hsts hsts-file \
        html-extension htmlify http-keep-alive http-passwd http-password http-user https-only \
        if-modified-since ignore-case ignore-length ignore-tags include-directories inet4-only \
        inet6-only input-file iri keep-badhash keep-session-cookies level limit-rate load-cookies \
        local-encoding max-redirect method mirror netrc no no-clobber no-config no-parent \
        output-document output-file page-requisites parent passive-ftp password pinnedpubkey \
        post-data post-file prefer-family preserve-permissions private-key private-key-type progress \
        protocol-directories proxy proxy-passwd proxy-password proxy-user proxy__compat quiet quota \
        random-file random-wait read-timeout recursive referer regex-type reject reject-regex \
        rejected-log relative remote-encoding remove-listing report-speed restrict-file-names \
        retr-symlinks retry-connrefused retry-on-host-error retry-on-http-error save-cookies \
        save-headers secure-protocol server-response show-progress span-hosts spider start-pos \
        strict-comments timeout timestamping tries trust-server-names unlink use-askpass \
        use-server-timestamps user user-agent verbose version wait waitretry warc-cdx \
        warc-compression warc-dedup warc-digests warc-file warc-header warc-keep-log warc-max-size \
        warc-tempdir xattr
        """.split(separator: " ").map(String.init)

    /// Those that have a form with `no`.
    static let withNo = """
        adjust-extension ask-password auth-no-challenge background backup-converted backups cache \
        check-certificate continue convert-file-only convert-links content-disposition \
        content-on-error cookies debug delete-after directories dns-cache follow-ftp \
        force-directories force-html ftps-clear-data-connection ftps-fallback-to-ftp ftps-implicit \
        ftps-resume-ssl glob host-directories hsts html-extension htmlify http-keep-alive https-only \
        ignore-case ignore-length inet4-only inet6-only iri keep-badhash keep-session-cookies mirror \
        netrc no-clobber no-config no-parent page-requisites passive-ftp preserve-permissions \
        show-progress protocol-directories proxy quiet random-wait recursive relative remove-listing \
        report-speed restrict-file-names retr-symlinks retry-connrefused retry-on-host-error \
        save-headers server-response span-hosts spider strict-comments timestamping \
        if-modified-since unlink trust-server-names use-server-timestamps verbose warc-cdx \
        warc-compression warc-digests warc-keep-log xattr
        """.split(separator: " ").map(String.init)

    /// The long options of a wget that was built with c-ares and libmetalink.
    static let someOptions = """
        bind-dns-address dns-servers input-metalink metalink-index metalink-over-http \
        preferred-location
        """.split(separator: " ").map(String.init)

    /// The names that files of settings have, without hyphens.
    static let settings = """
        accept acceptregex addhostdir adjustextension alwaysrest askpassword authnochallenge \
        background backupconverted backups base bindaddress binddnsaddress bodydata bodyfile \
        cacertificate cache cadirectory certificate certificatetype checkcertificate chooseconfig \
        ciphers compression connecttimeout contentdisposition contentonerror continue \
        convertfileonly convertlinks cookies crlfile cutdirs debug defaultpage deleteafter dirprefix \
        dirstruct dnscache dnsservers dnstimeout domains dotbytes dotsinline dotspacing dotstyle \
        egdfile excludedirectories excludedomains followftp followtags forcehtml ftppasswd \
        ftppassword ftpproxy ftpscleardataconnection ftpsfallbacktoftp ftpsimplicit ftpsresumessl \
        ftpuser glob header hsts hstsfile htmlextension htmlify httpkeepalive httppasswd \
        httppassword httpproxy httpsonly httpsproxy httpuser ifmodifiedsince ignorecase ignorelength \
        ignoretags includedirectories inet4only inet6only input inputmetalink iri keepbadhash \
        keepsessioncookies limitrate loadcookies localencoding logfile login maxredirect \
        metalinkindex metalinkoverhttp method mirror netrc noclobber noconfig noparent noproxy \
        numtries outputdocument pagerequisites passiveftp passwd password pinnedpubkey postdata \
        postfile preferfamily preferredlocation preservepermissions privatekey privatekeytype \
        progress protocoldirectories proxypasswd proxypassword proxyuser quiet quota randomfile \
        randomwait readtimeout reclevel recursive referer regextype reject rejectedlog rejectregex \
        relativeonly remoteencoding removelisting reportspeed restrictfilenames retrsymlinks \
        retryconnrefused retryonhosterror retryonhttperror robots savecookies saveheaders \
        secureprotocol serverresponse showalldnsentries showprogress spanhosts spider startpos \
        strictcomments timeout timestamping tries trustservernames unlink useaskpass useproxy user \
        useragent useservertimestamps verbose wait waitretry warccdx warccdxdedup warccompression \
        warcdigests warcfile warcheader warckeeplog warcmaxsize warctempdir xattr
        """.split(separator: " ").map(String.init)
}
