package dev.freshet.event;

import tools.jackson.databind.cfg.MapperBuilder;
import tools.jackson.databind.json.JsonMapper;

/** What touches Jackson 3, so that it is loaded only where {@link DefaultJson} asks for it. */
final class Jackson3 {
    private Jackson3() {}

    /** With the modules that are there. */
    static JsonWriter writer() {
        return JsonMapper.builder()
                .addModules(MapperBuilder.findModules(Jackson3.class.getClassLoader()))
                .build()::writeValueAsString;
    }
}
