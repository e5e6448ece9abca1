package dev.freshet.netty;

import io.netty.handler.codec.http2.Http2Error;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** HTTP/2 as a client writes it by hand, and the frames that it reads; without a client's rules (RFC 9113, RFC 7541). */
final class Http2Bytes {
    private static final int HEAD = 9;
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int DEFAULT_WINDOW = 65_535;
    /** {@code :status} in HPACK's static table, as an indexed field. */
    private static final Map<Integer, Integer> STATUS = Map.of(0x88, 200, 0x89, 204, 0x8D, 404);

    private Http2Bytes() {}

    static boolean isData(int type) {
        return type == DATA;
    }

    /** The payload is one char for each byte. */
    record Frame(int type, int flags, int stream, String payload) {
        boolean endsStream() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }

        /** Null where it is not the head of an answer, whose code is the first field and one of the static table. */
        @Nullable
        Integer status() {
            return type == HEADERS ? STATUS.get((int) payload.charAt(0)) : null;
        }

        String data() {
            return type == DATA ? payload : "";
        }

        boolean isReset() {
            return type == RST_STREAM;
        }

        boolean isReset(Http2Error error) {
            return isReset() && payload.equals(number(error.code()));
        }

        boolean isPingAnswer() {
            return type == PING && (flags & ACK) != 0;
        }

        boolean isWindow() {
            return type == WINDOW_UPDATE;
        }

        /** The code of a frame that tells one, or the bytes of a window's. */
        int error() {
            return ByteBuffer.wrap(payload.getBytes(StandardCharsets.ISO_8859_1))
                    .getInt(isGoAway() ? 4 : 0);
        }

        boolean isGoAway() {
            return type == GOAWAY;
        }

        /** The server has seen no stream after this one, and nothing is wrong. */
        boolean isGoAway(int lastStream) {
            return isGoAway() && payload.startsWith(number(lastStream) + number(Http2Error.NO_ERROR.code()));
        }

        private static String number(long value) {
            byte[] bytes = ByteBuffer.allocate(4).putInt((int) value).array();
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    /** The preface, and a window of the connection that never closes. */
    static byte[] begin() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(frame(SETTINGS, 0, 0, new byte[0]));
        out.writeBytes(window(0, Integer.MAX_VALUE - DEFAULT_WINDOW));
        return out.toByteArray();
    }

    /** The preface of a client that takes no DATA. */
    static byte[] beginWithoutWindow() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(frame(SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0})); // SETTINGS_INITIAL_WINDOW_SIZE
        return out.toByteArray();
    }

    /** So many bytes more for a stream, or for the connection, which is 0. */
    static byte[] window(int stream, int bytes) {
        return frame(
                WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(bytes).array());
    }

    /** A whole GET. */
    static byte[] request(int stream, String path) {
        return head(stream, path, END_STREAM);
    }

    /** A GET whose body is to come. */
    static byte[] beginRequest(int stream, String path) {
        return head(stream, path, 0);
    }

    /** A POST whose body is to come. */
    static byte[] beginPost(int stream, String path) {
        byte[] head = head(stream, path, 0);
        head[HEAD + 1] = (byte) 0x83; // :method POST
        return head;
    }

    /** CANCEL. */
    static byte[] reset(int stream) {
        return frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, (byte) Http2Error.CANCEL.code()});
    }

    static byte[] ping() {
        return frame(PING, 0, 0, new byte[8]);
    }

    /** A DATA frame that ends nothing. */
    static byte[] data(int stream, int bytes) {
        return frame(DATA, 0, stream, new byte[bytes]);
    }

    /** The rest of a request. */
    static byte[] endRequest(int stream) {
        return frame(DATA, END_STREAM, stream, new byte[0]);
    }

    /** A request's head, encoded, whose body is to come. */
    static byte[] headers(int stream, byte[] block) {
        return frame(HEADERS, END_HEADERS, stream, block);
    }

    /** A request's head, encoded, without a body. */
    static byte[] request(int stream, byte[] block) {
        return frame(HEADERS, END_HEADERS | END_STREAM, stream, block);
    }

    /** The same whose rest is to come. */
    static byte[] unfinishedHeaders(int stream, byte[] block) {
        return frame(HEADERS, 0, stream, block);
    }

    /** A part of a head, but not the last. */
    static byte[] continuation(int stream, byte[] block) {
        return frame(CONTINUATION, 0, stream, block);
    }

    private static byte[] head(int stream, String path, int flags) {
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        headers.write(0x86); // :scheme http
        headers.write(0x82); // :method GET
        literal(headers, 4, path);
        literal(headers, 1, "localhost"); // :authority
        return frame(HEADERS, flags | END_HEADERS, stream, headers.toByteArray());
    }

    /** Without indexing, its name of the static table. */
    private static void literal(ByteArrayOutputStream headers, int name, String value) {
        headers.write(name);
        headers.write(value.length());
        headers.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(HEAD + payload.length)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    static Frame readFrame(DataInputStream in) throws IOException {
        int lengthAndType = in.readInt();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = new byte[lengthAndType >>> 8];
        in.readFully(payload);
        return new Frame(lengthAndType & 0xFF, flags, stream, new String(payload, StandardCharsets.ISO_8859_1));
    }
}
