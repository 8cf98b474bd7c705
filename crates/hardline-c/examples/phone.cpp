// Logs in, and adds a phone number to the account, in C++:
//
//     phone_cpp HOMESERVER USER COUNTRY NUMBER
//
// It asks for passwords and codes on the standard input.
#include "hardline.hpp"
#include "host.h"

#include <cjson/cJSON.h>
#include <iostream>

namespace {

using Json = std::unique_ptr<cJSON, void (*)(cJSON *)>;

Json parse(std::string_view text) { return {cJSON_ParseWithLength(text.data(), text.size()), cJSON_Delete}; }

std::string member(const cJSON *object, const char *name) {
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsString(value) ? value->valuestring : "";
}

// Text as JSON.
std::string quoted(const std::string &text) {
    Json string(cJSON_CreateString(text.c_str()), cJSON_Delete);
    std::unique_ptr<char, void (*)(void *)> written(cJSON_PrintUnformatted(string.get()), cJSON_free);
    return written.get();
}

class Program {
  public:
    explicit Program(const std::string &homeserver)
        : core_("{\"homeserver\":" + quoted(homeserver) + "}"), host_(host_new(core_.get()), host_free) {}

    // Runs a flow to its end, and gives what it brought.
    std::string run(std::string_view flow, std::string_view arguments) {
        hardline::Entropy entropy;
        host_entropy random = host_random();
        std::copy(std::begin(random.bytes), std::end(random.bytes), entropy.begin());
        core_.open(host_now(), flow, arguments, entropy);
        while (const hl_output *output = host_next(host_.get())) {
            if (output->kind == HL_KIND_DONE) {
                return std::string(hardline::view(output->value));
            }
            Json value = parse(hardline::view(output->value));
            if (output->kind == HL_KIND_FAILED) {
                throw std::runtime_error(member(value.get(), "message"));
            }
            std::string type = member(value.get(), "type");
            std::cout << type << '\n';
            if (type == "asks" || type == "rejected") {
                answer(output->flow, member(cJSON_GetObjectItem(value.get(), "prompt"), "type"));
            }
        }
        throw std::runtime_error("nothing happens any more");
    }

  private:
    void answer(std::uint64_t flow, const std::string &prompt) {
        std::string line;
        std::cout << prompt << "? " << std::flush;
        if (!std::getline(std::cin, line)) {
            throw std::runtime_error("nobody answers");
        }
        std::string name = quoted(prompt);
        core_.reply(host_now(), flow, "{\"type\":" + name + "," + name + ":" + quoted(line) + "}");
    }

    hardline::Core core_;
    std::unique_ptr<host, void (*)(host *)> host_;
};

} // namespace

int main(int count, char **arguments) {
    if (count != 5) {
        std::cerr << "usage: " << arguments[0] << " HOMESERVER USER COUNTRY NUMBER\n";
        return 2;
    }
    try {
        Program program(arguments[1]);
        Json login = parse(program.run("log_in", R"({"login":{"type":"m.login.password","identifier":)"
                                                 R"({"type":"m.id.user","user":)" +
                                                     quoted(arguments[2]) + "}}}"));
        std::cout << "logged in as " << member(login.get(), "user_id") << '\n';
        program.run("add_threepid", R"({"threepid":{"country":)" + quoted(arguments[3]) + R"(,"number":)" +
                                        quoted(arguments[4]) + "}}");
        std::cout << "added\n";
        return 0;
    } catch (const std::exception &error) {
        // hardline::Error has code() and json() as well.
        std::cerr << error.what() << '\n';
        return 1;
    }
}
