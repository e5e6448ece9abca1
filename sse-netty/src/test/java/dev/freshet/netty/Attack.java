package dev.freshet.netty;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a hostile client sends on one connection, and then waits. */
enum Attack {
    /** A cookie that is sent once and named four times by each of many requests that do not end. */
    COOKIE_BY_INDEX {
        @Override
        byte[] http2() {
            return requests(STREAMS, stream -> {
                ByteArrayOutputStream block = block("GET", "/events");
                if (stream == 1) {
                    literal(block, 0x40 | 32, "x".repeat(3_800)); // cookie, put into the dynamic table
                }
                block.writeBytes(repeat(stream == 1 ? 3 : 4, 0xBE)); // the newest field there
                return Http2Bytes.headers(stream, block.toByteArray());
            });
        }
    },
    /** Bodies that do not end, sent to an endpoint that takes none. */
    BODIES {
        @Override
        byte[] http2() {
            return requests(BODIES_OF_A_CONNECTION, stream -> body(stream, "GET", "/events"));
        }

        @Override
        byte[] http1() {
            return http1Body("GET", "/events");
        }
    },
    /** The same to one that does. */
    BODIES_TO_WHO_TAKES_THEM {
        @Override
        byte[] http2() {
            return requests(BODIES_OF_A_CONNECTION, stream -> body(stream, "POST", "/take"));
        }

        @Override
        byte[] http1() {
            return http1Body("POST", "/take");
        }
    },
    /** Requests whose heads do not end, of one long field. */
    ENDLESS_HEADS {
        @Override
        byte[] http2() {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes(Http2Bytes.begin());
            ByteArrayOutputStream block = block("POST", "/take");
            block.write(0);
            literalName(block, "x");
            block.writeBytes(new byte[] {0x7F, (byte) 0x80, 0x7F}); // a value of 16,383 bytes
            out.writeBytes(Http2Bytes.unfinishedHeaders(1, block.toByteArray()));
            for (int i = 0; i < 3; i++) {
                out.writeBytes(Http2Bytes.continuation(1, repeat(5_000, 'x')));
            }
            return out.toByteArray();
        }

        @Override
        byte[] http1() {
            return ascii("POST /take HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(16_000));
        }
    },
    /** As many fields as fit, each as small as can be. */
    SMALL_FIELDS {
        @Override
        byte[] http2() {
            return requests(STREAMS, stream -> {
                ByteArrayOutputStream block = block("POST", "/take");
                if (stream == 1) {
                    block.write(0x40);
                    literalName(block, "a");
                    block.write(0);
                }
                block.writeBytes(repeat(450, 0xBE));
                return Http2Bytes.headers(stream, block.toByteArray());
            });
        }

        @Override
        byte[] http1() {
            return ascii("POST /take HTTP/1.1\r\nHost: h\r\n" + "a:\r\n".repeat(4_000));
        }
    },
    /** Trailers that do not end, or DATA of single bytes behind a head that is still judged. */
    SMALL_PARTS {
        @Override
        byte[] http2() {
            return requests(BODIES_OF_A_CONNECTION, stream -> {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                out.writeBytes(
                        Http2Bytes.headers(stream, block("POST", "/guarded").toByteArray()));
                byte[] one = Http2Bytes.data(stream, 1);
                for (int i = 0; i < 1_000; i++) {
                    out.writeBytes(one);
                }
                return out.toByteArray();
            });
        }

        @Override
        byte[] http1() {
            return ascii("POST /take HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
                    + "a:\r\n".repeat(4_000));
        }
    },
    /** As many query parameters as fit, in requests that do not end. */
    MANY_PARAMETERS {
        @Override
        byte[] http2() {
            return requests(BODIES_OF_A_CONNECTION, stream -> {
                ByteArrayOutputStream block = new ByteArrayOutputStream();
                block.write(0x86);
                block.write(0x82);
                literal(block, 4, "/events?" + parameters());
                literal(block, 1, "localhost");
                return Http2Bytes.headers(stream, block.toByteArray());
            });
        }

        @Override
        byte[] http1() {
            return ascii("GET /events?" + parameters() + " HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n");
        }
    },
    /** Requests in whole whose answers it does not take; over HTTP/1.1 as many as are pipelined. */
    UNTAKEN_ANSWERS {
        @Override
        byte[] http2() {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes(Http2Bytes.beginWithoutWindow());
            for (int i = 0; i < STREAMS; i++) {
                ByteArrayOutputStream block = new ByteArrayOutputStream();
                block.write(0x86);
                block.write(0x82);
                if (i == 0) {
                    literal(block, 0x44, "/" + "x".repeat(3_800)); // put into the dynamic table
                } else {
                    block.write(0xBE);
                }
                literal(block, 1, "localhost");
                out.writeBytes(Http2Bytes.request(2 * i + 1, block.toByteArray()));
            }
            return out.toByteArray();
        }

        @Override
        byte[] http1() {
            return ascii(("GET /" + "x".repeat(3_800) + " HTTP/1.1\r\nHost: h\r\n\r\n").repeat(100));
        }
    };

    private static final int STREAMS = 1_000;
    private static final int BODIES_OF_A_CONNECTION = 20;
    private static final int BODY_BYTES = 60 << 10;

    /** Over HTTP/2, the preface included. */
    abstract byte[] http2();

    /** Over HTTP/1.1; the same where that has no such thing. */
    byte[] http1() {
        return ascii("POST /take HTTP/1.1\r\nHost: h\r\n" + ("Cookie: " + "x".repeat(3_800) + "\r\n").repeat(4));
    }

    private static String parameters() {
        StringBuilder all = new StringBuilder();
        for (int i = 0; all.length() < 8_000; i++) {
            all.append(Integer.toString(i, Character.MAX_RADIX)).append('&');
        }
        return all.toString();
    }

    private interface Request {
        byte[] frames(int stream);
    }

    private static byte[] requests(int count, Request request) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(Http2Bytes.begin());
        for (int i = 0; i < count; i++) {
            out.writeBytes(request.frames(2 * i + 1));
        }
        return out.toByteArray();
    }

    private static byte[] body(int stream, String method, String path) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(Http2Bytes.headers(stream, block(method, path).toByteArray()));
        for (int left = BODY_BYTES; left > 0; left -= 15 << 10) {
            out.writeBytes(Http2Bytes.data(stream, 15 << 10));
        }
        return out.toByteArray();
    }

    private static byte[] http1Body(String method, String path) {
        return ascii(
                method + " " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: 65536\r\n\r\n" + "x".repeat(BODY_BYTES));
    }

    private static ByteArrayOutputStream block(String method, String path) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0x86); // :scheme http
        block.write(method.equals("GET") ? 0x82 : 0x83);
        literal(block, 4, path);
        literal(block, 1, "localhost"); // :authority
        return block;
    }

    /** A field whose name is in the static table, with the bits that say what becomes of it. */
    private static void literal(ByteArrayOutputStream block, int name, String value) {
        block.write(name);
        if (value.length() < 0x7F) {
            block.write(value.length());
        } else { // RFC 7541 5.1
            block.write(0x7F);
            int rest = value.length() - 0x7F;
            for (; rest >= 0x80; rest >>>= 7) {
                block.write(rest & 0x7F | 0x80);
            }
            block.write(rest);
        }
        block.writeBytes(ascii(value));
    }

    private static void literalName(ByteArrayOutputStream block, String name) {
        block.write(name.length());
        block.writeBytes(ascii(name));
    }

    private static byte[] repeat(int count, int value) {
        byte[] bytes = new byte[count];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
