package dev.freshet.event;

import tools.jackson.databind.json.JsonMapper;

/**
 * The holder of the default mapper. It is a class of its own so that Jackson is loaded on the first {@code json(value)} without a
 * writer, and never by those who bring their own {@link JsonWriter}.
 */
final class DefaultJson {

    static final JsonWriter WRITER = JsonMapper.builder().build()::writeValueAsString;

    private DefaultJson() {}
}
