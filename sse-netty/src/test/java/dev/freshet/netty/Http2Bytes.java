package dev.freshet.netty;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** HTTP/2 as a client writes it by hand, and the frames that it reads; without a client's rules (RFC 9113, RFC 7541). */
final class Http2Bytes {
    private static final int HEAD = 9;
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int WINDOW_UPDATE = 8;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int DEFAULT_WINDOW = 65_535;

    private Http2Bytes() {}

    record Frame(int type, int flags, int stream) {
        boolean endsStream() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }
    }

    /** The preface, and a window of the connection that never closes. */
    static byte[] begin() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(frame(SETTINGS, 0, 0, new byte[0]));
        out.writeBytes(frame(
                WINDOW_UPDATE,
                0,
                0,
                ByteBuffer.allocate(4)
                        .putInt(Integer.MAX_VALUE - DEFAULT_WINDOW)
                        .array()));
        return out.toByteArray();
    }

    /** A whole GET. */
    static byte[] request(int stream, String path) {
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        headers.write(0x86); // :scheme http
        headers.write(0x82); // :method GET
        literal(headers, 4, path);
        literal(headers, 1, "localhost"); // :authority
        return frame(HEADERS, END_STREAM | END_HEADERS, stream, headers.toByteArray());
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

    /** Its payload is skipped. */
    static Frame readFrame(DataInputStream in) throws IOException {
        int lengthAndType = in.readInt();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        in.skipNBytes(lengthAndType >>> 8);
        return new Frame(lengthAndType & 0xFF, flags, stream);
    }
}
