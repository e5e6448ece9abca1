package dev.freshet.examples.conformance.check;

import static dev.freshet.examples.conformance.report.Level.MUST;
import static dev.freshet.examples.conformance.report.Level.SHOULD;

import dev.freshet.examples.conformance.report.Level;
import java.io.IOException;
import java.util.Locale;

/** What a server is asked, in the order of a run. */
public enum Check {
    STATUS(MUST, "HTML 9.2.3", "A stream has status 200.", HeadChecks::status),
    CONTENT_TYPE(
            MUST,
            "HTML 9.2.3, IANA considerations",
            "Its type is text/event-stream, without a charset but utf-8.",
            HeadChecks::contentType),
    HEAD_AT_ONCE(
            SHOULD,
            "HTML 9.2.3",
            "The head comes before the first event, as it is what opens an EventSource.",
            HeadChecks::atOnce),
    NO_CODING(SHOULD, "RFC 9110 12.5.3", "The content has no coding that was not asked for.", HeadChecks::noCoding),
    CACHING(
            SHOULD,
            "RFC 9111 4.2.2",
            "A cache is told not to keep the stream, or to ask before it is used.",
            HeadChecks::caching),
    DATE(MUST, "RFC 9110 6.6.1", "The head has a Date.", HeadChecks::date),
    FRAMING(
            MUST,
            "RFC 9112 6.3, 7.1",
            "The content is chunks, well-formed, or goes to the end of the connection.",
            StreamChecks::framing),
    CLOSE_TOLD(
            SHOULD,
            "RFC 9112 9.6",
            "A stream that goes to the end of its connection says Connection: close.",
            StreamChecks::toldClose),
    TOLD_END(SHOULD, "RFC 9112 6.3", "The end of the stream can be told from a cut.", StreamChecks::toldEnd),
    AT_ONCE(MUST, "HTML 9.2.6", "An event is there before the next one is published.", StreamChecks::atOnce),
    BLANK_LINE(
            MUST,
            "HTML 9.2.6",
            "A blank line ends each event, so that a client dispatches it.",
            StreamChecks::blankLine),
    FIELD_NAMES(
            SHOULD,
            "HTML 9.2.6",
            "Lines are comments, or fields that clients know; others are ignored.",
            StreamChecks::fieldNames),
    LINE_ENDS(
            SHOULD,
            "HTML 9.2.5",
            "Lines end in one way, LF or CRLF, which every client splits at.",
            StreamChecks::lineEnds),
    RETRY(MUST, "HTML 9.2.6", "A retry is all digits.", StreamChecks::retry),
    ID_NUL(MUST, "HTML 9.2.6", "An id has no NUL.", StreamChecks::idWithoutNul),
    BOM(
            MUST,
            "HTML 9.2.5",
            "A byte order mark stands at the start of the stream or nowhere.",
            StreamChecks::byteOrderMarks),
    IDS(SHOULD, "HTML 9.2.4", "Each event has an id of its own, so that a client can resume.", StreamChecks::ids),
    ORDER(MUST, "HTML 9.2.6", "Events come once and in the order of publishing.", DataChecks::order),
    DATA_LINES(
            MUST,
            "HTML 9.2.6",
            "Data of several lines comes whole, also where a line is empty or looks like a field.",
            DataChecks::lines),
    DATA_SPACE(MUST, "HTML 9.2.6", "A space or tab that a line of data begins with is kept.", DataChecks::leadingSpace),
    DATA_LAST_LINE(MUST, "HTML 9.2.6", "An empty last line of data is kept.", DataChecks::emptyLastLine),
    DATA_CR(
            MUST,
            "HTML 9.2.6",
            "CR and CRLF in data are line ends, and nothing behind them is lost.",
            DataChecks::carriageReturns),
    DATA_LONG(MUST, "HTML 9.2.6", "Data of 60,000 bytes comes whole.", DataChecks::longData),
    UTF_8(
            MUST,
            "HTML 9.2.5",
            "Characters of two to four bytes come as they are, and are no line ends.",
            DataChecks::utf8),
    UTF_8_LONG(MUST, "HTML 9.2.5", "No character is broken where a buffer or a chunk ends.", DataChecks::longUtf8),
    STREAMS(SHOULD, "none: expected of a publisher", "Each of several streams has the event.", LiveChecks::streams),
    RESUME_MISSED(
            MUST,
            "HTML 9.2.4",
            "A client that comes back with Last-Event-ID gets all that it missed.",
            ResumeChecks::missed),
    RESUME_ONCE(MUST, "HTML 9.2.4", "It gets nothing twice.", ResumeChecks::once),
    RESUME_ORDER(MUST, "HTML 9.2.4", "It gets them in order.", ResumeChecks::order),
    RESUME_NOTHING(MUST, "HTML 9.2.4", "A client that missed nothing gets nothing again.", ResumeChecks::nothingMissed),
    RESUME_IN_EVENT(
            MUST, "HTML 9.2.6", "A client that was cut off in an event gets that event whole.", ResumeChecks::inEvent),
    UNKNOWN_ID(
            SHOULD,
            "HTML 9.2.3",
            "An id that the server does not know is answered with 200 or 204; on others a browser gives up.",
            ResumeChecks::unknownId),
    CORS_ORIGIN(MUST, "Fetch, CORS check", "The allowed origin is * or one origin.", CorsChecks::origin),
    CORS_CREDENTIALS(
            MUST,
            "Fetch, CORS protocol and credentials",
            "* and credentials are never allowed together.",
            CorsChecks::credentials),
    CORS_VARY(
            SHOULD,
            "Fetch, CORS protocol and HTTP caches",
            "An answer that depends on the origin says so.",
            CorsChecks::vary),
    CORS_PREFLIGHT(
            SHOULD,
            "Fetch, CORS-preflight fetch",
            "A page that reads by fetch may send Last-Event-ID.",
            CorsChecks::preflight),
    HEAD(MUST, "RFC 9110 9.3.2", "The answer to HEAD has no content.", RequestChecks::head),
    HEAD_AS_GET(SHOULD, "RFC 9110 9.3.2", "It has the status and type of the answer to GET.", RequestChecks::headAsGet),
    OTHER_METHOD(
            SHOULD,
            "RFC 9110 9.1",
            "A method that a stream does not have is refused with 405 or 501.",
            RequestChecks::otherMethod),
    ALLOW(MUST, "RFC 9110 15.5.6", "A 405 names the methods there are.", RequestChecks::allow),
    GONE(
            MUST,
            "HTML 9.2.1; RFC 9110 8.6, 15.3.5; RFC 9112 6.1",
            "204 tells a client to stop, and has no content, nor a length.",
            RequestChecks::gone),
    HOST(MUST, "RFC 9112 3.2", "A request without Host is refused with 400.", RequestChecks::host),
    KEEP_ALIVE(
            SHOULD,
            "RFC 9112 9.3",
            "A connection serves another request behind a finite answer.",
            RequestChecks::keepAlive),
    PIPELINING(
            MUST,
            "RFC 9112 9.3.2",
            "What is asked behind a stream is not answered within it.",
            RequestChecks::pipelining),
    HTTP_1_0(MUST, "RFC 9112 6.1", "A client of HTTP/1.0 gets the stream without chunks.", RequestChecks::http10),
    HEARTBEAT(
            SHOULD,
            "HTML 9.2.7",
            "A silent stream has a comment now and then, so that proxies keep it.",
            LiveChecks::heartbeat),
    CLIENT_GONE(SHOULD, "RFC 9112 9.5", "The server sees that a client has gone.", LiveChecks::clientGone),
    STALLED_READER(
            SHOULD,
            "none: expected of a publisher",
            "A client that does not read keeps nothing from others, nor from publishers.",
            LiveChecks::stalledReader);

    /** How a check is made. */
    interface Look {

        /**
         * Looks at a server.
         *
         * @throws IOException if there is no answer, or none that can be read: then the check has not passed
         */
        Finding at(Server server) throws IOException;
    }

    private final Level level;
    private final String paragraph;
    private final String asks;

    @SuppressWarnings("ImmutableEnumChecker") // a reference to a static method
    private final Look look;

    Check(Level level, String paragraph, String asks, Look look) {
        this.level = level;
        this.paragraph = paragraph;
        this.asks = asks;
        this.look = look;
    }

    /** Returns the name that options, reports and the guide use. */
    public String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public Level level() {
        return level;
    }

    /** Returns the paragraph that the check is about. */
    public String paragraph() {
        return paragraph;
    }

    /** Returns what is asked for, as a sentence. */
    public String asks() {
        return asks;
    }

    Look look() {
        return look;
    }
}
