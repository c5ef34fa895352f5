/* SPDX-License-Identifier: MIT */
/* Every type and every form of list, also those that no family has yet: JSON in, JSON out, copied, compared,
 * as text; what is wrong is refused with its place. */
#include "own.h"

/* Printed as they were read. */
static const char *const same[] = {
	"{\"u8\":255}",
	"{\"s8\":-128}",
	"{\"s16\":-32768}",
	"{\"s32\":-1}",
	"{\"s64\":-9223372036854775808}",
	"{\"be16\":258}",
	"{\"be64\":1}",
	"{\"uint\":4294967295}",
	"{\"uint\":4294967296}",
	"{\"flag\":true}",
	"{\"ip\":\"10.0.0.1\"}",
	"{\"ip6\":\"::1\"}",
	"{\"ip4\":\"1.2.3.4\"}",
	"{\"mac\":\"02:00\"}",
	"{\"mac6\":\"02:00:00:00:00:01\"}",
	"{\"labels\":\"16/17\"}",
	"{\"labels\":\"1048575\"}",
	"{\"labels\":\"1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/21/22/23/24/25/26/27/28/29/30/31/32\"}",
	/* one more than text has */
	"{\"labels\":"
	"\"000010000000100000001000000010000000100000001000000010000000100000001000000010000000100000001000000010000000"
	"10000000100000001000000010000000100000001000000010000000100000001000000010000000100000001000000010000000100000"
	"0010000000100000001000000010000000100000001100\"}",
	"{\"bin\":\"0a0b\"}",
	"{\"bin\":\"\"}",
	"{\"str\":\"x\"}",
	"{\"pair\":{\"x\":1,\"y\":2}}",
	"{\"pairs\":[{\"x\":1,\"y\":2},{\"x\":3,\"y\":4}]}",
	"{\"pairs-i\":[{\"1\":{\"x\":1,\"y\":2}},{\"2\":{\"x\":3,\"y\":4}}]}",
	"{\"pairs-0\":[{\"x\":1,\"y\":2},{\"x\":3,\"y\":4}]}",
	"{\"nums\":[1,2]}",
	"{\"nums-0\":[1,2]}",
	"{\"packed\":[1,2,3]}",
	"{\"typed\":{\"5\":{\"a\":1},\"6\":{\"b\":\"x\"}}}",
	"{\"typed\":{\"5\":\"0102\"}}",
	"{\"multi\":[{\"a\":1},{\"a\":2}]}",
	"{\"multi-s\":[\"x\",\"y\"]}",
	"{\"kind\":\"a\",\"data\":{\"a\":1}}",
	"{\"kind\":\"b\",\"data\":{\"b\":1}}",
	"{\"kind\":\"c\",\"data\":\"0102\"}",
	"{\"num\":1,\"data-n\":{\"a\":5}}",
	"{\"num\":0,\"data-n\":{\"b\":5}}",
	"{\"num\":9,\"data-n\":{\"a\":5}}",
	"{\"anys\":{\"3\":{\"a\":1},\"70\":{\"b\":\"x\"}}}",
	"{\"anys\":{\"3\":\"0102\"}}",
	"{\"bits\":{\"value\":1,\"selector\":3}}",
	"{\"via\":{\"family\":10,\"addr\":\"::1\"}}",
	"{\"flags\":[\"four\",8]}",
	"{\"flags\":[]}",
	"{\"word\":\"some\"}",
	"{\"word\":7}",
	"{\"bare\":\"0102\"}",
	"{\"threes\":[\"010203\",\"040506\"]}",
	"{\"nests\":[{\"1\":{\"a\":1}},{\"7\":{\"a\":2}}]}",
	"{\"nests\":[{\"1\":\"0102\"}]}",
	"{\"zero\":0}",
	"{\"data-f\":\"01\"}",
	"{\"other-name\":5}",
	"{\"told\":[1,2]}",
	"{\"loose\":\"0102\"}",
	"{\"@60\":[\"01\",\"02\"]}",
	"{\"@60\":\"01\"}",
	"{\"late\":1}",
	"{\"wide-flags\":[281474976710656]}",
	"{\"tag\":1}",
	"{\"rate\":5}",
	"{\"typed\":{\"5\":{},\"@5\":\"01\"}}",
	"{\"counted\":{\"n\":1,\"room\":[1,2],\"pairs\":[{\"x\":1,\"y\":2}]}}",
	"{\"chosen\":{\"what\":1,\"rest\":{\"x\":1,\"y\":2}}}",
	"{\"chosen\":{\"what\":2,\"rest\":{\"a\":1}}}",
	"{\"chosen\":{\"what\":3,\"rest\":\"0102\"}}",
	"{\"blob\":{\"n\":1,\"nest\":\"01020304\",\"data\":\"010203\"}}",
	"{\"multi-u\":[1,2]}",
	"{\"wide\":\"some\"}",
	"{\"wide\":4294967296}",
	"{\"wide\":2}",
};

/* Read as something else that means the same. */
static const char *const other[][2] = {
	{ "{\"u8\":true}", "{\"u8\":1}" },
	{ "{\"u8\":\"0xff\"}", "{\"u8\":255}" },
	{ "{\"u8\":\"0XFf\"}", "{\"u8\":255}" },
	{ "{\"s8\":\"-0x80\"}", "{\"s8\":-128}" },
	{ "{\"u8\":\"-0\"}", "{\"u8\":0}" },
	{ "{\"flag\":false}", "{}" },
	{ "{\"flag\":\"true\"}", "{\"flag\":true}" },
	{ "{\"flag\":\"1\"}", "{\"flag\":true}" },
	{ "{\"flag\":\"false\"}", "{}" },
	{ "{\"flag\":\"0\"}", "{}" },
	{ "{\"ip\":\"01020304\"}", "{\"ip\":\"1.2.3.4\"}" },
	{ "{\"mac\":\"\"}", "{\"@13\":\"\"}" },
	{ "{\"mac6\":\"\"}", "{\"@14\":\"\"}" },
	{ "{\"mac\":\"10.0.0.1\"}", "{\"mac\":\"0a:00:00:01\"}" },
	{ "{\"labels\":\"00010100\"}", "{\"labels\":\"10100\"}" },
	{ "{\"labels\":\"00064100\"}", "{\"labels\":\"64100\"}" },
	{ "{\"labels\":\"0006410a\"}", "{\"labels\":\"0006410a\"}" },
	{ "{\"bin\":\"0A0B\"}", "{\"bin\":\"0a0b\"}" },
	{ "{\"pair\":{\"x\":1}}", "{\"pair\":{\"x\":1,\"y\":0}}" },
	{ "{\"pairs-i\":[{\"x\":1,\"y\":2}]}", "{\"pairs-i\":[{\"1\":{\"x\":1,\"y\":2}}]}" },
	{ "{\"multi\":{\"a\":1}}", "{\"multi\":[{\"a\":1}]}" },
	{ "{\"multi-s\":\"x\"}", "{\"multi-s\":[\"x\"]}" },
	{ "{\"hops\":[{\"weight\":1,\"a\":5},{\"index\":3}]}",
	  "{\"hops\":[{\"len\":16,\"weight\":1,\"index\":0,\"a\":5},{\"len\":8,\"weight\":0,\"index\":3}]}" },
	{ "{\"deep\":{\"u8\":1}}", "{\"deep\":{\"family\":0,\"text\":\"\",\"inside\":{\"x\":0,\"y\":0},\"u8\":1}}" },
	{ "{\"family\":7,\"data-f\":{\"a\":1}}",
	  "{\"family\":7,\"text\":\"\",\"inside\":{\"x\":0,\"y\":0},\"data-f\":{\"a\":1}}" },
	{ "{\"inside\":{\"x\":7,\"y\":8},\"text\":\"ab\"}",
	  "{\"family\":0,\"text\":\"ab\",\"inside\":{\"x\":7,\"y\":8}}" },
	{ "{\"via\":\"10.0.0.1\"}", "{\"via\":{\"family\":2,\"addr\":\"10.0.0.1\"}}" },
	{ "{\"flags\":\"one,two\"}", "{\"flags\":[\"both\",\"one\",\"two\"]}" },
	{ "{\"flags\":\"one,\"}", "{\"flags\":[\"one\"]}" },
	{ "{\"flags\":[\"one\",8]}", "{\"flags\":[\"one\",8]}" },
	{ "{\"@1\":\"01\"}", "{\"u8\":1}" },
	{ "{\"nests\":[{\"a\":5}]}", "{\"nests\":[{\"1\":{\"a\":5}}]}" },
	{ "{\"nests\":[{}]}", "{\"nests\":[{\"1\":{}}]}" },
	{ "{\"pair\":{\"@size\":2}}", "{\"pair\":{\"x\":0,\"@size\":2}}" },
	{ "{\"pair\":{\"@size\":6,\"@rest\":\"0102\"}}",
	  "{\"pair\":{\"x\":0,\"y\":0,\"@size\":6,\"@rest\":\"0102\"}}" },
	{ "{\"str\":\"\\u00e9\\u20AC\\ud83d\\uDC1f\\n\\\"\\\\\\/\\u007f\\u0080\\u07ff\\u0800\"}",
	  "{\"str\":\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\x9f\\u000a\\\"\\\\/\\u007f\xc2\x80\xdf\xbf\xe0\xa0\x80\"}" },
	{ "{\"str\":\"\\ud800\\udc00\\uDBFF\\uDFFF\"}", "{\"str\":\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"}" },
	{ "{\"str\":\"\\udcff\\uDCfe\\udCFD\"}", "{\"str\":\"\\udcff\\udcfe\\udcfd\"}" },
	{ "{\"str\":\"a long text without anything special in it, \\udc80 but for one byte\"}",
	  "{\"str\":\"a long text without anything special in it, \\udc80 but for one byte\"}" },
	{ "{\"u\\u0038\":5}", "{\"u8\":5}" },
	{ " { \"be64\" : 123456789012345 } ", "{\"be64\":123456789012345}" },
	{ "{\"s64\":-12345678901234567}", "{\"s64\":-12345678901234567}" },
	{ "{\"str\":\"\\ud955\\udc00\\uda00\\udc00\"}", "{\"str\":\"\xf1\xa5\x90\x80\xf2\x90\x80\x80\"}" },
	{ "{\"family\":28,\"ip\":\"100/200\"}",
	  "{\"family\":28,\"text\":\"\",\"inside\":{\"x\":0,\"y\":0},\"ip\":\"100/200\"}" },
	{ "{\"family\":28,\"via\":\"1.2.3.4\"}",
	  "{\"family\":28,\"text\":\"\",\"inside\":{\"x\":0,\"y\":0},\"via\":{\"family\":2,\"addr\":\"1.2.3.4\"}}" },
	{ "{\"tag\":\"some\"}", "{\"tag\":1}" },
	{ "{\"rate\":\"10mbit\"}", "{\"rate\":1250000}" },
	{ "{\"s8\":true}", "{\"s8\":1}" },
	{ "{\"counted\":{\"n\":1}}", "{\"counted\":{\"n\":1,\"room\":[0,0]}}" },
	{ "{\"u8\":false}", "{\"u8\":0}" },
	{ "{\"counted\":{\"pairs\":[{\"x\":1}],\"n\":1}}",
	  "{\"counted\":{\"n\":1,\"room\":[0,0],\"pairs\":[{\"x\":1,\"y\":0}]}}" },
	{ "{\"chosen\":{\"rest\":{\"x\":1},\"what\":1}}", "{\"chosen\":{\"what\":1,\"rest\":{\"x\":1,\"y\":0}}}" },
	{ "{\"cleared\":null}", "{\"cleared\":0}" },
	{ "{\"@29\":\"6100\",\"data\":{\"a\":1}}", "{\"kind\":\"a\",\"data\":{\"a\":1}}" },
	{ "{\"renamed\":5}", "{\"other-name\":5}" },
	{ "{\"data\":{\"a\":1},\"kind\":\"a\"}", "{\"kind\":\"a\",\"data\":{\"a\":1}}" },
};

/* Refused: the place, and a piece of what is said. */
static const struct {
	const char *in;
	int code;
	const char *path, *text;
} bad[] = {
	{ "{\"u8\":256}", -ERANGE, "u8", "256 is out of range (0 to 255)" },
	{ "{\"u8\":-1}", -ERANGE, "u8", "-1 is out of range (0 to 255)" },
	{ "{\"s8\":-129}", -ERANGE, "s8", "-129 is out of range (-128 to 127)" },
	{ "{\"s8\":128}", -ERANGE, "s8", "128 is out of range (-128 to 127)" },
	{ "{\"s64\":9223372036854775808}", -ERANGE, "s64", "(-9223372036854775808 to 9223372036854775807)" },
	{ "{\"s64\":-9223372036854775809}", -ERANGE, "s64", "-9223372036854775809 is out of range" },
	{ "{\"be64\":18446744073709551616}", -ERANGE, "be64", "18446744073709551616 is out of range" },
	{ "{\"be64\":\"0x10000000000000000\"}", -ERANGE, "be64", "out of range" },
	{ "{\"be64\":\"18446744073709551619\"}", -ERANGE, "be64", "out of range" },
	{ "{\"be64\":\"111111111111111111111111111111111111111111111111111111111111111111111\"}", -ERANGE, "be64",
	  "111111111111111111111111111111111111111111111111111111111111 is" },
	{ "{\"u8\":\"0x\"}", -EINVAL, "u8", "not a number: \"0x\"" },
	{ "{\"u8\":\"0y1\"}", -EINVAL, "u8", "not a number" },
	{ "{\"u8\":\"1x1\"}", -EINVAL, "u8", "not a number" },
	{ "{\"u8\":\"-\"}", -EINVAL, "u8", "not a number: \"-\"" },
	{ "{\"u8\":\"\"}", -EINVAL, "u8", "not a number: \"\"" },
	{ "{\"u8\":\"1a\"}", -EINVAL, "u8", "not a number" },
	{ "{\"u8\":\"0xfg\"}", -EINVAL, "u8", "not a number" },
	{ "{\"u8\":null}", -EOPNOTSUPP, "u8", "no value takes it away" },
	{ "{\"u8\":[1]}", -EINVAL, "u8", "wrong type of value" },
	{ "{\"u8\":{\"a\":1}}", -EINVAL, "u8", "has no members" },
	{ "{\"u8\":1.5}", -EINVAL, "u8", "wrong type of value" },
	{ "{\"flag\":2}", -EINVAL, "flag", "true or false is needed" },
	{ "{\"flag\":\"x\"}", -EINVAL, "flag", "true or false is needed" },
	{ "{\"ip\":\"x\"}", -EINVAL, "ip", "not an IP address: \"x\"" },
	{ "{\"ip\":\"abcdefgh\"}", -EINVAL, "ip", "not an IP address" },
	{ "{\"ip6\":\"01020304\"}", -EINVAL, "ip6", "not an IP address" },
	{ "{\"ip6\":\"1.2.3.4\"}", -EINVAL, "ip6", "an IPv4 address where IPv6 is needed" },
	{ "{\"ip4\":\"::1\"}", -EINVAL, "ip4", "an IPv6 address where IPv4 is needed" },
	{ "{\"family\":2,\"ip\":\"::1\"}", -EINVAL, "ip", "an IPv6 address where IPv4 is needed" },
	{ "{\"family\":10,\"ip\":\"1.2.3.4\"}", -EINVAL, "ip", "an IPv4 address where IPv6 is needed" },
	{ "{\"ip\":5}", -EINVAL, "ip", "not an IP address" },
	{ "{\"mac\":\"x\"}", -EINVAL, "mac", "not a link-layer address: \"x\"" },
	{ "{\"mac6\":\"10.0.0.1\"}", -EINVAL, "mac6", "not a link-layer address" },
	{ "{\"mac6\":\"02:00:00:00:00:00:01\"}", -EINVAL, "mac6", "not a link-layer address" },
	{ "{\"mac\":5}", -EINVAL, "mac", "not a link-layer address: \"\"" },
	{ "{\"labels\":\"1048576\"}", -EINVAL, "labels", "not an MPLS label stack" },
	{ "{\"labels\":\"\"}", -EINVAL, "labels", "not an MPLS label stack" },
	{ "{\"labels\":\"1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/21/22/23/24/25/26/27/28/29/30/31/32/33\"}",
	  -EINVAL, "labels", "not an MPLS label stack" },
	{ "{\"labels\":\"1/\"}", -EINVAL, "labels", "not an MPLS label stack" },
	{ "{\"labels\":\"abcdef\"}", -EINVAL, "labels", "not an MPLS label stack" },
	{ "{\"bin\":\"0\"}", -EINVAL, "bin", "odd number of digits" },
	{ "{\"bin\":\"0g\"}", -EINVAL, "bin", "not hex" },
	{ "{\"bin\":\"g0\"}", -EINVAL, "bin", "not hex" },
	{ "{\"bin\":\"010203040506070809\"}", -ERANGE, "bin", "too long: 9 bytes, at most 8" },
	{ "{\"bin\":5}", -EINVAL, "bin", "hex or a nest is needed" },
	{ "{\"str\":5}", -EINVAL, "str", "a string is needed" },
	{ "{\"text\":\"abcd\"}", -ERANGE, "text", "\"abcd\" is too long: 4 bytes, at most 3" },
	{ "{\"text\":\"a text that is much longer than what an error shows of it\"}", -ERANGE, "text",
	  "\"... is too long" },
	{ "{\"text\":\"abc\"}", -ERANGE, "text", "too long" },
	{ "{\"pair\":5}", -EINVAL, "pair", "hex or a nest is needed" },
	{ "{\"pair\":{\"x\":70000}}", -ERANGE, "pair.x", "70000 is out of range" },
	{ "{\"pair\":{\"x\":{\"y\":1}}}", -EINVAL, "pair.x", "has no members" },
	{ "{\"pair\":{\"z\":1}}", -EINVAL, "pair.z", "unknown field; near: x, y" },
	{ "{\"pairs\":[5]}", -EINVAL, "pairs[0]", "hex or a nest is needed" },
	{ "{\"pairs\":[\"0102\"]}", -ERANGE, "pairs[0]", "not as long as an item is" },
	{ "{\"pairs\":[{\"x\":1},{\"z\":1}]}", -EINVAL, "pairs[1].z", "unknown field" },
	{ "{\"pairs-i\":[{\"1\":{\"x\":1}},{\"z\":1}]}", -EINVAL, "pairs-i[1].z", "unknown field" },
	{ "{\"nums\":[\"x\"]}", -EINVAL, "nums[0]", "not a number" },
	{ "{\"nums\":[1,{\"a\":1}]}", -EINVAL, "nums", "a plain value is needed" },
	{ "{\"nums\":[[1]]}", -EINVAL, "nums", "wrong type of value" },
	{ "{\"typed\":[1]}", -EINVAL, "typed[0]", "hex or a nest is needed" },
	{ "{\"typed\":{\"x\":{\"a\":1}}}", -EINVAL, "typed.x", "items of a list have no names" },
	{ "{\"typed\":{\"16384\":{\"a\":1}}}", -EINVAL, "typed.16384", "items of a list have no names" },
	{ "{\"typed\":{\"5\":{\"z\":1}}}", -EINVAL, "typed[0].z", "unknown field; near: a, b, c" },
	{ "{\"typed\":{\"5\":\"01x\"}}", -EINVAL, "typed.5", "hex is needed" },
	{ "{\"multi\":[5]}", -EINVAL, "multi", "hex or a nest is needed" },
	{ "{\"kind\":\"c\",\"data\":{\"a\":1}}", -EINVAL, "data", "no fields are known for this kind" },
	{ "{\"data\":{\"a\":1}}", -EINVAL, "data", "no fields are known for this kind" },
	{ "{\"data-f\":{\"a\":1}}", -EINVAL, "data-f", "no fields are known for this kind" },
	{ "{\"kind\":\"a\",\"data\":{\"z\":1}}", -EINVAL, "data.z", "unknown field; near: a" },
	{ "{\"hops\":[\"0900000000000000\"]}", -EINVAL, "hops[0]", "its length is wrong" },
	{ "{\"hops\":[\"08\"]}", -EINVAL, "hops[0]", "its length is wrong" },
	{ "{\"hops\":[{\"z\":1}]}", -EINVAL, "hops[0].z", "unknown field" },
	{ "{\"anys\":{\"x\":{\"a\":1}}}", -EINVAL, "anys.x", "unknown field" },
	{ "{\"anys\":{\"3\":5}}", -EINVAL, "anys.3", "an object is needed" },
	{ "{\"anys\":{\"16384\":{\"a\":1}}}", -EINVAL, "anys.16384", "unknown field" },
	{ "{\"anys\":{\"16384\":\"01\"}}", -EINVAL, "anys.16384", "unknown field" },
	{ "{\"anys\":{\"3\":{\"z\":1}}}", -EINVAL, "anys.3.z", "unknown field; near: a, b, c" },
	{ "{\"bits\":{\"value\":1}}", -EINVAL, "bits", "two numbers are needed" },
	{ "{\"bits\":{\"selector\":1}}", -EINVAL, "bits", "two numbers are needed" },
	{ "{\"bits\":{\"value\":4294967296,\"selector\":1}}", -EINVAL, "bits", "two numbers are needed" },
	{ "{\"bits\":{\"value\":1,\"selector\":-1}}", -EINVAL, "bits", "two numbers are needed" },
	{ "{\"via\":{\"family\":2}}", -EINVAL, "via", "an address is needed" },
	{ "{\"via\":{\"addr\":\"x\"}}", -EINVAL, "via", "not an IP address" },
	{ "{\"flags\":[\"x\"]}", -EINVAL, "flags", "not a name or number: \"x\"" },
	{ "{\"flags\":[true]}", -EINVAL, "flags", "not a name or number: \"?\"" },
	{ "{\"flags\":[\"on\\u0000e\"]}", -EINVAL, "flags", "not a name or number: \"?\"" },
	{ "{\"flags\":[-1]}", -EINVAL, "flags", "not a name or number: \"?\"" },
	{ "{\"flags\":\"one,x\"}", -EINVAL, "flags", "not a name or number: \"x\"" },
	{ "{\"flags\":\"x,one\"}", -EINVAL, "flags", "not a name or number: \"x\"" },
	{ "{\"word\":\"noen\"}", -EINVAL, "word", "not a name or number: \"noen\"; near: none" },
	{ "{\"word\":\"a word that is much longer than what an error shows of it, which is 60\"}", -EINVAL, "word",
	  "\"a word that is much longer than what an error shows of it, w\"" },
	{ "{\"bare\":{\"a\":1}}", -EINVAL, "bare", "no fields are known for this kind" },
	{ "{\"threes\":[\"01020304\"]}", -ERANGE, "threes[0]", "too long: 4 bytes, at most 3" },
	{ "{\"threes\":[\"0102\"]}", -ERANGE, "threes[0]", "not as long as an item is" },
	{ "{\"nothing\":[\"01\"]}", -ERANGE, "nothing[0]", "not as long as an item is" },
	{ "{\"pad\":1}", -EINVAL, "pad", "unknown field" },
	{ "{\"loose\":{\"a\":1}}", -EINVAL, "loose", "no fields are known for this kind" },
	{ "{\"@x\":\"01\"}", -EINVAL, "@x", "not the number of an attribute" },
	{ "{\"@\":\"01\"}", -EINVAL, "@", "not the number of an attribute" },
	{ "{\"@60x\":\"01\"}", -EINVAL, "@60x", "not the number of an attribute" },
	{ "{\"@16384\":\"01\"}", -EINVAL, "@16384", "not the number of an attribute" },
	{ "{\"@60\":5}", -EINVAL, "@60", "hex is needed" },
	{ "{\"@60\":[\"01\",5]}", -EINVAL, "@60", "hex is needed" },
	{ "{\"@60\":\"0\"}", -EINVAL, "@60", "hex is needed" },
	{ "{\"@60\":\"0x\"}", -EINVAL, "@60", "hex is needed" },
	{ "{\"@60\":\"x0\"}", -EINVAL, "@60", "hex is needed" },
	{ "{\"@60\":\"01\\u0000\"}", -EINVAL, "@60", "hex is needed" },
	{ "{\"pair\":{\"@size\":-1}}", -EINVAL, "pair.@size", "a number of bytes is needed" },
	{ "{\"pair\":{\"@size\":\"x\"}}", -EINVAL, "pair.@size", "a number of bytes is needed" },
	{ "{\"pair\":{\"@rest\":\"01\"}}", -EINVAL, "pair.@size", "a number of bytes is needed" },
	{ "{\"pair\":{\"@size\":6,\"@rest\":\"0x\"}}", -EINVAL, "pair.@rest", "hex is needed" },
	{ "{\"pair\":{\"@size\":6,\"@rest\":5}}", -EINVAL, "pair.@rest", "hex is needed" },
	{ "{\"pair\":{\"@size\":1,\"@rest\":\"0102\"}}", -ERANGE, "pair", "more bytes than a struct of this size" },
	{ "{\"inside\":{\"@size\":2}}", -EINVAL, "inside", "only the struct of an attribute" },
	{ "{\"inside\":5}", -EINVAL, "inside", "hex or a nest is needed" },
	{ "{\"inside\":\"0102030405\"}", -ERANGE, "inside", "too long" },
	{ "{\"family\":{\"a\":1}}", -EINVAL, "family", "has no members" },
	{ "{\"told\":[\"x\"]}", -EINVAL, "told[0]", "not a number" },
	{ "{\"nests\":[{\"1\":5}]}", -EINVAL, "nests[0]", "an object is needed" },
	{ "{\"nests\":[{\"x\":5}]}", -EINVAL, "nests[0].x", "unknown field" },
	{ "{\"nests\":[{\"\":1}]}", -EINVAL, "nests[0]", "unknown field" },
	{ "{\"nests\":[{\"1\":{\"a\":1},\"b\":\"x\"}]}", -EINVAL, "nests[0].1", "unknown field" },
	{ "{\"deep\":{\"pairs\":[{\"x\":1},{\"x\":99999}]}}", -ERANGE, "deep.pairs[1].x", "out of range" },
	{ "{\"str\":\"a\\u0000b\"}", -EINVAL, "str", "a NUL inside text" },
	{ "{\"str\":\"\\udc7f\"}", -EINVAL, "str", "a NUL inside text" },
	{ "{\"str\":\"\\udc0\"}", -EINVAL, "", "bad JSON" },
	{ "{\"str\":\"\\udc\"}", -EINVAL, "", "bad JSON" },
	{ "{\"str\":\"\\ud83d\"}", -EINVAL, "", "bad JSON" },
	{ "{\"str\":\"\\ud83dx\"}", -EINVAL, "", "bad JSON" },
	{ "{\"str\":\"\\ud83d\\u0041\"}", -EINVAL, "", "bad JSON" },
	{ "{\"str\":\"\\udd00\"}", -EINVAL, "", "bad JSON" },
	{ "{\"str\":\"\\u00", -EINVAL, "", "bad JSON" },
	{ "{\"str\":\"\\", -EINVAL, "", "bad JSON" },
	{ "{\"str\":\"\\udcf", -EINVAL, "", "bad JSON" },
	{ "{\"str\":\"\\udcff", -EINVAL, "", "bad JSON" },
	{ "{\"\\udcff\":1}", -EINVAL, "", "bad JSON" },
	{ "-", -EINVAL, "", "bad JSON" },
	{ "-123456789012345678901234567890", -EINVAL, "", "" },
	{ "123456789012345678901234567890", -EINVAL, "", "" },
	{ "[[1]]", -EINVAL, "", "an array of objects is needed" },
	{ "[]", -EINVAL, "", "a JSON object is needed" },
	{ "[{}]", -EINVAL, "", "a JSON object is needed" },
	{ "", -EINVAL, "", "bad JSON" },
	{ "null", -EINVAL, "", "bad JSON" },
	{ "{\"u8\":1}x", -EINVAL, "", "bad JSON, line 1 column 9" },
	{ "{\"u8\":1,\"u8\":1}", -EINVAL, "", "bad JSON" },
	{ "{\"family\":28,\"ip\":\"::1\"}", -EINVAL, "ip", "not an MPLS label stack" },
	{ "{\"typed\":{\"x\":\"01\"}}", -EINVAL, "typed.x", "items of a list have no names" },
	{ "{\"typed\":{\"5x\":\"01\"}}", -EINVAL, "typed.5x", "items of a list have no names" },
	{ "{\"pairs-0\":[{\"1\":{\"x\":1}}]}", -EINVAL, "pairs-0[0].1", "unknown field" },
	{ "{\"pairs\":{\"x\":1}}", -EINVAL, "pairs.x", "items of a list have no names" },
	{ "{\"word\":[1]}", -EINVAL, "word", "wrong type of value" },
	{ "{\"nums\":[{}]}", -EINVAL, "nums", "a plain value is needed" },
	{ "{\"flags\":[123456789012345]}", -ERANGE, "flags", "123456789012345 is out of range" },
	{ "{\"rate\":\"10mbi\"}", -EINVAL, "rate", "not a rate (10mbit)" },
	{ "{\"counted\":{\"room\":[1,2,3]}}", -ERANGE, "counted.room[2]", "more items than there is room for" },
	{ "{\"counted\":{\"room\":[{\"a\":1}]}}", -EINVAL, "counted.room", "a plain value is needed" },
	{ "{\"chosen\":{\"what\":3,\"rest\":{\"a\":1}}}", -EINVAL, "chosen.rest", "no fields are known for this kind" },
	{ "{\"blob\":{\"nest\":{\"a\":1}}}", -EINVAL, "blob.nest", "has no members" },
	{ "{\"blob\":{\"nest\":\"0102030405\"}}", -ERANGE, "blob.nest", "too long" },
	{ "{\"nums\":[null]}", -EOPNOTSUPP, "nums", "no value takes it away" },
	{ "{\"s16\":true}", -EINVAL, "s16", "wrong type of value" },
	{ "{\"nope\":true}", -EINVAL, "nope", "unknown field" },
	{ "{\"multi\":[{\"a\":1},{\"z\":1}]}", -EINVAL, "multi.z", "unknown field" },
};

static int never(const char *path, struct weft_attr a, struct weft_attr b, void *user)
{
	(void)a;
	(void)b;
	fail_msg("%s differs: %s", path, (const char *)user);
	return 0;
}

static int count(const char *path, struct weft_attr a, struct weft_attr b, void *user)
{
	assert_true(path[0] && (a.p || b.p));
	++*(unsigned *)user;
	return 0;
}

static void is(const char *in, const char *want)
{
	struct weft_msg *m = own_of_json(in), *empty = own_msg(), *copy = own_msg();
	struct weft_attr body = weft_msg_body(m);
	struct weft_text t = { 0 };
	unsigned differs = 0;
	char *got = own_json(m);

	if (strcmp(got, want) != 0)
		fail_msg("%s: %s instead of %s", in, got, want);
	free(got);
	assert_int_equal(weft_show(body, &t), 0);
	assert_int_equal(weft_diff(body, body, never, (void *)(uintptr_t)in), 0);
	assert_int_equal(weft_diff(body, weft_msg_body(empty), count, &differs), 0);
	assert_int_equal(weft_diff(weft_msg_body(empty), body, count, &differs), 0);
	assert_true((differs > 0) == (body.len != weft_msg_body(empty).len || strstr(want, "family")));
	weft_put_from(copy, body, NULL);
	assert_int_equal(weft_msg_error(copy, NULL), 0);
	got = own_json(copy);
	if (strcmp(got, want) != 0)
		fail_msg("%s: copied as %s", in, got);
	free(got);
	weft_text_free(&t);
	weft_msg_free(m);
	weft_msg_free(empty);
	weft_msg_free(copy);
}

static void taken(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(same); i++)
		is(same[i], same[i]);
	for (size_t i = 0; i < N(other); i++)
		is(other[i][0], other[i][1]);
}

static void refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(bad); i++) {
		struct weft_msg *m = own_msg();
		struct weft_error e = { 0 };
		int r = weft_put_json(m, bad[i].in, strlen(bad[i].in), &e);

		if (r != bad[i].code || strcmp(e.path, bad[i].path) != 0 || !strstr(e.msg, bad[i].text))
			fail_msg("%s: %d \"%s\": %s", bad[i].in, r, e.path, e.msg);
		/* the message keeps it, with or without somebody who asks */
		assert_int_equal(weft_msg_error(m, NULL), r);
		assert_int_equal(weft_put_json(m, "{}", 2, NULL), r);
		weft_msg_free(m);
		m = own_msg();
		assert_int_equal(weft_put_json(m, bad[i].in, strlen(bad[i].in), NULL), r);
		weft_msg_free(m);
	}
}

/* A fixed header larger than any of the kernel's: there at once, all zeros, and values go where they belong. */
static void large_header(void **state)
{
	static const struct weft_field fields[] = { ROW(first, 0, U32), ROW(last, 96, U32) };
	static const struct weft_schema big = { .name = "big", .id = 3500, .n = 2, .size = 100, .fields = fields };
	static const struct weft_schema body = { .name = "body", .id = 3501, .header = &big };
	static const struct weft_op op = { "set", 99, 98, WEFT_OP_DO, 0, &body, .reply_schema = NULL };
	static const struct weft_family f = { .name = "large", .n_ops = 1, .ops = &op };
	struct weft_msg *m = weft_msg_new(&f, &op, 0);
	uint8_t want[116] = { 0 };

	(void)state;
	assert_int_equal(weft_msg_bytes(m).len, 116);
	weft_put(m, weft_kv_uint(KEY(3500, 96), 7));
	assert_int_equal(weft_msg_error(m, NULL), 0);
	assert_int_equal(weft_msg_bytes(m).len, 116);
	weft_set_u32(want, 116);
	weft_set_u16(want + 4, 99);
	weft_set_u16(want + 6, 1);
	weft_set_u32(want + 112, 7);
	assert_memory_equal(weft_msg_bytes(m).p, want, 116);
	assert_int_equal(weft_uint(weft_at(weft_msg_body(m), "last"), 0), 7);
	assert_int_equal(weft_uint(weft_at(weft_msg_body(m), "first"), 1), 0);
	weft_msg_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(taken),
		cmocka_unit_test(refused),
		cmocka_unit_test(large_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
