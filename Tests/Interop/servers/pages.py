"""The pages of wget-site.py that stay as they are: a path, and the content under it."""
import gzip

NUMBERS = "".join(f"{n}\n" for n in range(1, 20001)).encode()
OCTETS = bytes(range(256)) * 400
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cfc0000003010100c9fe92ef0000000049454e44ae426082")

INDEX = """<!DOCTYPE html>
<html><head><title>Root</title>
<link rel="stylesheet" href="style.css">
<link rel="icon" href="/r/icon.png"><link rel=alternate type="application/rss+xml" href="feed.rss">
<link rel="shortcut icon" href="icon2.png">
<meta name="description" content="a &amp; b">
<script src="script.js"></script>
<style>body { background: url(bg.png) } @import "more.css";</style>
</head>
<body background="back.png">
<!-- <a href="commented.html">not a link</a> -->
<A HREF="a.html">a</A> <a href='sub/'>sub</a> <a href=sub/b.html>b</a>
<a href="a.html#part">a part</a> <a href="#here">here</a> <a href="">empty</a>
<a href="/out.html">out of the folder</a> <a href="../out2.html">out too</a>
<a href="q?x=1&amp;y=2">query</a> <a href="q?y=2&x=1">query 2</a>
<a href="http://site.test/r/absolute.html">absolute</a>
<a href="//www.site.test/r/other-name.html">by another name</a>
<a href="http://far.test/r/far.html">far</a>
<a href="mailto:nobody@site.test">mail</a> <a href="javascript:void(0)">script</a>
<a href="nofollow.html" rel="nofollow">nofollow</a>
<a href="private/secret.html">private</a> <a href="gone.html">gone</a>
<a href="redirected.html">redirected</a> <a href="base.html">base</a> <a href="meta.html">meta</a>
<a href="old.html">old</a>
<a href="deep/1.html">deep</a> <a href="doc.pdf">doc</a> <a href="noext">no extension</a>
<img src="img.png" alt="x"> <img src=img2.gif srcset="img2-2x.gif 2x, img2-3x.gif 3x">
</body></html>
"""
MODERN = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Modern</title>
<link rel="preload" href="pre.css" as="style"><link rel="canonical" href="canonical.html">
<link rel="manifest" href="manifest.json"></head>
<body style="background: url('inline.png')">
<picture><source srcset="wide.png 800w, narrow.png 400w"><img src="plain.png"></picture>
<img srcset="one.png, two.png 2x,three.png   3x" src="one.png">
<video src="film.mp4" poster="poster.png"><source src="film.webm"><track src="film.vtt"></video>
<audio src="sound.ogg"></audio> <iframe src="frame.html"></iframe> <embed src="thing.swf">
<object data="object.svg"></object> <script src=module.js type=module></script>
<div style='background-image:url("quoted.png");color:red'>x</div>
<form action="form.html"><input type="image" src="button.png"><button formaction="b">x</button></form>
<svg><image href="in-svg.png"/><use xlink:href="use.svg#a"/></svg>
<a href=" spaces.html ">spaces</a> <a href="new
line.html">line</a>
<script>var a = '<a href="in-script.html">';</script>
<noscript><img src="noscript.png"></noscript>
</body></html>
"""
OLD = """<HTML><HEAD><TITLE>Old</TITLE></HEAD>
<FRAMESET><FRAME SRC="frame1.html"><FRAME SRC=frame2.html></FRAMESET>
<BODY><TABLE BACKGROUND="table.png"><TR><TD BACKGROUND=td.png><TH BACKGROUND='th.png'></TABLE>
<MAP><AREA HREF="area.html"></MAP><BGSOUND SRC="sound.mid"><APPLET CODE="applet.class"></APPLET>
<LAYER SRC="layer.html"></LAYER><FIG SRC="fig.png"><OVERLAY SRC="overlay.png">
<IMG SRC="low.png" LOWSRC="lowsrc.png" HREF="img-href.html"><A NAME="x">x</A>
<INPUT SRC="input.png"><A HREF="a&#46;html">entity</A></BODY></HTML>
"""
STYLE = """@import url("imported.css");
@import 'imported2.css' screen;
@charset "utf-8";
body { background: url(css-bg.png); color: red }
.a { background: url( 'css-a.png' ) } .b { background: url("css-b.png") }
/* url(commented.png) */
@font-face { src: url(font.woff2) format("woff2"), url(font.ttf) }
.c { content: "url(in-string.png)" }
.d { background: URL(upper.png) } .e { background: url(//far.test/far.png) }
.f { background: url(data:image/png;base64,AAAA) }
"""
ODD_STYLE = """.a { background: url( 'css a.png' ) }
.b { background: url(\\63ss-escape.png) } .c { background: url("caf\u00e9.png") }
"""
NAMES = """<a href="with space.html">space</a> <a href="with%20escape.html">escape</a>
<a href="caf%C3%A9.html">caf&eacute;</a> <a href="caf\u00e9.html">caf\u00e9</a> <a href="a:b.html">colon</a>
<a href="q?a=b">query</a> <a href="100%25.html">percent</a> <a href="a&amp;b.html">and</a>
"""


def html(text):
    return ("text/html", f"<html><body>{text}</body></html>\n".encode())


def text(content):
    return ("text/plain", content if isinstance(content, bytes) else content.encode())


# A path: the content type, and the content.
PAGES = {
    "/": html('<a href="hello.txt">hello</a>'),
    "/hello.txt": text("hello\n"),
    "/numbers.txt": text(NUMBERS),
    "/octets": ("application/octet-stream", OCTETS),
    "/empty.txt": text(""),
    "/out.html": html("out"), "/out2.html": html("out, too"),
    "/r/": ("text/html", INDEX.encode()),
    "/r/a.html": html('<a href="index.html">back</a> <a href="./">root</a> <a href=a2.html>2</a>'),
    "/r/index.html": ("text/html", INDEX.encode()),
    "/r/a2.html": html('<a href=a.html>1</a> <a href="sub/b.html#x">b</a>'),
    "/r/sub/": html('<a href="../a.html">up</a> <a href="b.html">b</a> <a href="c/d.html">d</a>'),
    "/r/sub/b.html": html('<a href="/r/">root</a> <img src="../img.png">'),
    "/r/sub/c/d.html": html("d"),
    "/r/with space.html": html("space"), "/r/with escape.html": html("escape"),
    "/r/absolute.html": html("absolute"), "/r/other-name.html": html("other name"),
    "/r/far.html": html('<a href="http://site.test/r/a.html">home</a>'),
    "/r/nofollow.html": html("nofollow"), "/r/private/secret.html": html("secret"),
    "/r/target.html": html('target <a href="from-target.html">x</a>'),
    "/r/from-target.html": html("from the target"),
    "/r/base.html": (
        "text/html", b'<html><head><base href="http://site.test/r/sub/"></head><body>'
        b'<a href="b.html">b</a> <a href="/r/a.html">a</a> <a href="#x">x</a></body></html>\n'),
    "/r/meta.html": (
        "text/html", b'<html><head><meta name="robots" content="nofollow"></head><body>'
        b'<a href="behind-meta.html">x</a><img src="meta.png"></body></html>\n'),
    "/r/behind-meta.html": html("behind meta"),
    "/r/refresh.html": (
        "text/html", b'<html><head><meta http-equiv="refresh" content="5; url=refreshed.html">'
        b"</head><body>x</body></html>\n"),
    "/r/refreshed.html": html("refreshed"),
    "/r/modern.html": ("text/html; charset=utf-8", MODERN.encode()),
    "/r/old.html": ("text/html", OLD.encode()),
    "/r/names.html": ("text/html; charset=utf-8", NAMES.encode()),
    "/r/a:b.html": html("colon"), "/r/100%.html": html("percent"), "/r/a&b.html": html("and"),
    "/r/odd.css": ("text/css; charset=utf-8", ODD_STYLE.encode()),
    "/r/latin1.html": ("text/html; charset=iso-8859-1",
                       '<a href="caf\u00e9-latin.html">caf\u00e9</a>\n'.encode("latin-1")),
    "/r/caf\u00e9.html": html("caf&eacute;"), "/r/caf\u00e9-latin.html": html("latin"),
    "/r/deep/1.html": html('<a href="2.html">2</a>'), "/r/deep/2.html": html('<a href=3.html>3</a>'),
    "/r/deep/3.html": html('<a href="4.html">4</a>'), "/r/deep/4.html": html('<a href=5.html>5</a>'),
    "/r/deep/5.html": html('<a href="6.html">6</a>'), "/r/deep/6.html": html('<a href=7.html>7</a>'),
    "/r/deep/7.html": html("the end"),
    "/r/noext": html('no extension <a href="from-noext.html">x</a>'),
    "/r/from-noext.html": html("from noext"),
    "/r/doc.pdf": ("application/pdf", b"%PDF-1.4\n<a href='x.html'>\n"),
    "/r/q": html("query"),
    "/r/feed.rss": ("application/rss+xml", b"<rss/>\n"),
    "/r/style.css": ("text/css", STYLE.encode()),
    "/r/more.css": ("text/css", b"p { background: url(more.png) }\n"),
    "/r/imported.css": ("text/css", b'@import "imported3.css";\n'),
    "/r/imported2.css": ("text/css", b"b { color: blue }\n"),
    "/r/imported3.css": ("text/css", b"i { background: url(/r/sub/third.png) }\n"),
    "/r/pre.css": ("text/css", b"u { color: red }\n"),
    "/r/script.js": ("text/javascript", b"var a = 'b.html';\n"),
    # The site that tells robots apart.
    "/t/": html('<a href="one.html">1</a> <a href="tmp/two.html">2</a> <a href="wget/3.html">3</a>'
                ' <a href="tmp/ok/four.html">4</a> <a href="end.php">5</a>'),
    "/t/one.html": html("1"), "/t/tmp/two.html": html("2"), "/t/wget/3.html": html("3"),
    "/t/tmp/ok/four.html": html("4"), "/t/end.php": html("5"),
    # A small site of which everything can be had.
    "/s/": html('<a href="1.html">1</a> <a href="2.html">2</a> <img src="a.png">'),
    "/s/1.html": html('<a href="2.html">2</a> <a href="./">0</a>'),
    "/s/2.html": html('<a href="1.html">1</a> <a href="http://site.test/s/">0</a>'),
    "/s/a.png": ("image/png", PNG),
    # Lists of places.
    "/list.txt": text("http://site.test/hello.txt\nhttp://site.test/s/1.html\n"),
    "/list.html": html('<a href="hello.txt">1</a> <a href="http://site.test/s/1.html">2</a>'
                       ' <img src="s/a.png">'),
    # What a page says of itself, and what its name does.
    "/type/html": html("no suffix"), "/type/page.php": html("php"), "/type/page.htm": html("htm"),
    "/type/page.HTML": html("HTML"), "/type/style": ("text/css", b"a { color: red }\n"),
    "/type/style.css": ("text/css", b"a { color: red }\n"),
    "/type/xhtml": ("application/xhtml+xml", b"<html/>\n"),
    "/type/text": text("text\n"), "/type/none": ("", b"<html>\n"),
    "/type/upper": ("TEXT/HTML; Charset=X", b"<html>\n"),
    "/type/gz": ("application/x-gzip", gzip.compress(b"gz\n", mtime=0)),
    "/type/octets": ("application/octet-stream", b"\0\1\2\3"),
}
# Whatever a page asks for beside these.
SUFFIXES = {"png": ("image/png", PNG), "gif": ("image/gif", b"GIF89a"), "svg": ("image/svg+xml", b"<svg/>"),
            "mp4": ("video/mp4", b"mp4"), "woff2": ("font/woff2", b"font"), "ttf": ("font/ttf", b"ttf")}

ROBOTS = {
    "site.test": b"User-agent: *\nDisallow: /r/private/\n",
    "robots.test": (b"# two groups\nUser-agent: other\nDisallow: /\n\nUser-agent: wget\n"
                    b"Disallow: /t/wget/\nDisallow: /t/*.php\n\nUser-agent: *\nDisallow: /t/tmp/\n"
                    b"Allow: /t/tmp/ok/\n"),
    "shut.test": b"User-Agent: *\nDisallow: /\n",
}
