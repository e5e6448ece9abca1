package dev.freshet.stacks;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.CrossOrigin;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Streams as Spring MVC has them: a list of emitters, each of which is sent each event. */
@SpringBootApplication
public class EmitterServer {
    public static void main(String[] args) {
        SpringApplication.run(EmitterServer.class, args);
    }

    @RestController
    static class Events {
        private final List<SseEmitter> emitters = new CopyOnWriteArrayList<>();
        private final AtomicLong ids = new AtomicLong();

        @CrossOrigin("*")
        @GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        SseEmitter follow() {
            SseEmitter emitter = new SseEmitter(0L);
            emitters.add(emitter);
            emitter.onCompletion(() -> emitters.remove(emitter));
            emitter.onError(failure -> emitters.remove(emitter));
            return emitter;
        }

        @PostMapping("/publish")
        void publish(@RequestBody String data) {
            String id = String.valueOf(ids.incrementAndGet());
            for (SseEmitter emitter : emitters) {
                try {
                    emitter.send(SseEmitter.event().id(id).data(data, MediaType.TEXT_PLAIN));
                } catch (IOException | IllegalStateException e) {
                    emitters.remove(emitter);
                }
            }
        }

        @GetMapping("/count")
        String count() {
            return String.valueOf(emitters.size());
        }

        @GetMapping("/gone")
        @ResponseStatus(HttpStatus.NO_CONTENT)
        void gone() {}
    }
}
