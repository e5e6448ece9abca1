package dev.freshet.netty;

import dev.freshet.fixtures.CuttingProxy.Cut;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The clients that follow streams, and what each can speak. */
enum ClientKind {
    CHROMIUM(EnumSet.of(Wire.HTTP_1_1, Wire.TLS_HTTP_1_1, Wire.TLS_HTTP_2)) {
        @Override
        RealClient start(Wire wire, int port, Function<String, Told> streams) throws IOException {
            return ChromiumClient.on(wire.uri(port, EventSourcePage.PATH), streams);
        }

        /**
         * Over plain HTTP/1.1 it takes a head for whole where the connection ends in order, and its EventSource gives up
         * for good on what the head then lacks. No server can help that.
         */
        @Override
        Cut inHead(Wire wire, Cut how) {
            return wire == Wire.HTTP_1_1 ? Cut.RST : how;
        }
    },
    EVENTSOURCE(EnumSet.allOf(Wire.class)) {
        @Override
        RealClient start(Wire wire, int port, Function<String, Told> streams) throws IOException {
            return DriverProcess.node("eventsource", wire, streams);
        }
    },
    EVENTSOURCE_CLIENT(EnumSet.allOf(Wire.class)) {
        @Override
        RealClient start(Wire wire, int port, Function<String, Told> streams) throws IOException {
            return DriverProcess.node("eventsource-client", wire, streams);
        }
    },
    FETCH_EVENT_SOURCE(EnumSet.allOf(Wire.class)) {
        @Override
        RealClient start(Wire wire, int port, Function<String, Told> streams) throws IOException {
            return DriverProcess.node("fetch-event-source", wire, streams);
        }

        /** It asks again after the id of an event whose last byte, the end of the empty line, it does not have yet. */
        @Override
        boolean losesEventCutAt(byte[] passed) {
            return ID_LINE_AT_END
                    .matcher(new String(passed, StandardCharsets.ISO_8859_1))
                    .find();
        }
    },
    OKHTTP_EVENTSOURCE(EnumSet.allOf(Wire.class)) {
        @Override
        RealClient start(Wire wire, int port, Function<String, Told> streams) throws IOException {
            return DriverProcess.java("okhttp-eventsource", wire, streams);
        }
    },
    OKHTTP_SSE(EnumSet.allOf(Wire.class)) {
        @Override
        RealClient start(Wire wire, int port, Function<String, Told> streams) throws IOException {
            return DriverProcess.java("okhttp-sse", wire, streams);
        }
    },
    WEBCLIENT(EnumSet.allOf(Wire.class)) {
        @Override
        RealClient start(Wire wire, int port, Function<String, Told> streams) throws IOException {
            return DriverProcess.java("webclient", wire, streams);
        }
    },
    /** It upgrades to HTTP/2 without TLS, and does not know beforehand. */
    JDK_HTTP_CLIENT(EnumSet.of(Wire.HTTP_1_1, Wire.TLS_HTTP_1_1, Wire.TLS_HTTP_2)) {
        @Override
        RealClient start(Wire wire, int port, Function<String, Told> streams) {
            return ResumingClient.jdk(wire, StreamParser::standard, streams);
        }
    },
    /** The parsers of Python's clients, which see the same bytes whatever is below. */
    BY_BLOCKS(EnumSet.of(Wire.HTTP_1_1, Wire.TLS_HTTP_1_1, Wire.TLS_HTTP_2)) {
        @Override
        RealClient start(Wire wire, int port, Function<String, Told> streams) {
            return ResumingClient.jdk(wire, StreamParser::byBlocks, streams);
        }
    },
    CURL(EnumSet.allOf(Wire.class)) {
        @Override
        RealClient start(Wire wire, int port, Function<String, Told> streams) {
            return ResumingClient.curl(wire, streams);
        }
    };

    private static final Pattern ID_LINE_AT_END = Pattern.compile("\nid: [^\n]+\n\\z");

    private final Set<Wire> wires;

    ClientKind(Set<Wire> wires) {
        this.wires = wires;
    }

    boolean speaks(Wire wire) {
        return wires.contains(wire);
    }

    /** How a cut before the end of the head is made. */
    Cut inHead(Wire wire, Cut how) {
        return how;
    }

    /** Whether it loses an event by a fault of its own, where its stream is cut behind these bytes. */
    boolean losesEventCutAt(byte[] passed) {
        return false;
    }

    /**
     * Starts it.
     *
     * @param port of a server, for a client that needs a page
     * @param streams where to tell of the stream of a name
     */
    abstract RealClient start(Wire wire, int port, Function<String, Told> streams) throws IOException;
}
