package dev.freshet.netty;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;

/** Sends bytes on one connection, over HTTP/2 as far as its window goes, and then waits without a word. */
final class HostileClient implements AutoCloseable {
    private static final int PREFACE_BYTES = 24;
    private static final int FRAME_HEAD_BYTES = 9;
    private static final int PATIENCE_MILLIS = 100;

    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;
    private int window = 65_535;

    HostileClient(Socket socket) throws IOException {
        this.socket = socket;
        this.out = socket.getOutputStream();
        this.in = new DataInputStream(socket.getInputStream());
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    /** Preface and frames; DATA waits until the server has made room for it, but not for long. */
    void sendFrames(byte[] bytes) throws IOException {
        out.write(bytes, 0, PREFACE_BYTES);
        int from = PREFACE_BYTES;
        int to = from;
        ByteBuffer frames = ByteBuffer.wrap(bytes);
        while (to < bytes.length) {
            int length = frames.getInt(to) >>> 8;
            if (Http2Bytes.isData(frames.get(to + 3))) {
                if (length > window) {
                    out.write(bytes, from, to - from);
                    from = to;
                    awaitWindow(length);
                }
                window -= length;
            }
            to += FRAME_HEAD_BYTES + length;
        }
        out.write(bytes, from, to - from);
    }

    private void awaitWindow(int bytes) throws IOException {
        while (window < bytes) {
            Http2Bytes.Frame frame = Http2Bytes.readFrame(in);
            if (frame.stream() == 0 && frame.isWindow()) {
                window += frame.error();
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
