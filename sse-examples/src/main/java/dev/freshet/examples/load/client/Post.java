package dev.freshet.examples.load.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** The requests that publish to one URL; only their bodies differ. Immutable. */
final class Post {

    private final URI url;
    private final byte[] head;

    Post(Target target, URI url, int size) {
        this.url = url;
        StringBuilder text = new StringBuilder("POST ")
                .append(Target.path(url))
                .append(" HTTP/1.1\r\nHost: ")
                .append(url.getRawAuthority())
                .append("\r\nContent-Type: text/plain\r\nContent-Length: ")
                .append(size)
                .append("\r\n");
        target.httpHeaders().forEach(header -> text.append(header.getKey())
                .append(": ")
                .append(header.getValue())
                .append("\r\n"));
        this.head = text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    URI url() {
        return url;
    }

    ByteBuf of(ByteBufAllocator allocator, byte[] body) {
        return allocator
                .directBuffer(head.length + body.length)
                .writeBytes(head)
                .writeBytes(body);
    }
}
