package dev.freshet.examples;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Date;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * One answer to one request. Its parts are never changed, so one answer may be written many times.
 *
 * @param status the status
 * @param headers headers beside those that frame the body
 * @param body the whole body
 */
@SuppressWarnings("ArrayRecordComponent") // written, never compared
record Answer(HttpResponseStatus status, Map<String, String> headers, byte[] body) {

    static final String JSON = "application/json";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    static Answer of(String contentType, byte[] body) {
        return new Answer(HttpResponseStatus.OK, Map.of("content-type", contentType), body);
    }

    static Answer json(Object value) {
        return of(JSON, MAPPER.writeValueAsBytes(value));
    }

    static Answer error(HttpResponseStatus status, String message) {
        return new Answer(status, Map.of("content-type", JSON), MAPPER.writeValueAsBytes(Map.of("error", message)));
    }

    /** This answer with one header more. */
    Answer with(String name, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put(name, value);
        return new Answer(status, more, body);
    }

    FullHttpResponse toResponse() {
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
        headers.forEach(response.headers()::set);
        response.headers().set(HttpHeaderNames.DATE, DateFormatter.format(new Date())); // RFC 9110 6.6.1
        if (status.code() >= 200 && status.code() != 204) { // RFC 9110 8.6: the others must not
            response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
        }
        return response;
    }
}
