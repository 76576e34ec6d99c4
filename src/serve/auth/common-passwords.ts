/**
 * Passwords that guessers try first, in lower case, of eight characters or more (shorter ones are
 * refused for their length): the usual words with the usual digits, keyboard walks, defaults of products.
 */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  `
00000000 11223344 112233445566 121212121 123123123 123321123 12341234 12344321 123456789a 12345678a 123456ab
123abc456 123qweasd 147258369 159357456 159753456 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 87654321 987654321 a1b2c3d4
aa123456 abc12345 abcd1234 abcdefgh1 access14 admin123 admin1234 admin12345 admin123456 admin2020 admin2021
admin2022 admin2023 admin2024 admin2025 admin2026 adminadmin administrator administrator1 alexander alexandra
anthony1 arsenal1 asdf1234 asdfasdf asdfghjk asdfghjkl autumn2025 azerty123 azertyui azertyuiop barcelona
baseball baseball1 basketball batman123 blink182 bonjour1 buster123 butterfly changeit123 changeme changeme1
changeme123 charlie1 charlotte cheese123 chelsea1 chocolate chouchou christian cocacola computer computer1
contraseña correcthorsebatterystaple corvette cowboys1 danielle december default1 default123 diamond1 dolphins1
doudou123 dragon123 eagles123 elizabeth family123 february ferrari1 football football1 forever1 fortnite123
freedom1 friends1 gandalf1 ginger123 guest123 guestguest hello123 hello1234 hellokitty helloworld hunter22
iloveyou iloveyou1 iloveyou2 internet internet1 january1 jennifer jennifer1 jessica1 jordan123 jordan23
killer123 lakers123 letmein1 letmein123 letmeinnow liverpool liverpool1 login123 loulou123 lovelove lovely123
maggie123 manchester marseille master123 matrix123 maverick mercedes michael1 michelle midnight midnight1
minecraft monkey123 motdepasse motdepasse1 mustang1 ninja123 nintendo november october1 p@ssw0rd p@ssw0rd1
p@ssw0rd123 p@ssword pa$$word pa55w0rd pa55word packers1 pass1234 passpass passphrase passw0rd passw0rd1
passw0rd123 password password! password1 password12 password123 password1234 password2 password2024 password2025
password2026 password3 passwort passwort1 patriots1 pepper123 phoenix1 playstation pokemon1 princess princess1
qazwsxedc qwe123qwe qweqwe123 qwer1234 qwerty12 qwerty123 qwerty1234 qwerty12345 qwertyui qwertyuiop rainbow1
redsox123 root1234 rootroot samsung1 secret123 secret1234 secretsecret september shadow123 snoopy123 soleil123
spongebob spring2025 starwars starwars1 steelers1 summer123 summer2024 summer2025 sunflower sunshine sunshine1
superman superman1 temp1234 temporary test1234 test12345 testing1 testing123 testtest thunder1 tigger123
tinkerbell toor1234 trustno1 user1234 username wachtwoord welcome1 welcome12 welcome123 whatever whatever1
winter123 winter2024 winter2025 yankees1 zaq12wsx zxcv1234 zxcvbnm1
`
    .trim()
    .split(/\s+/),
);
