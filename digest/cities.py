"""Cities, countries and short names people type, and the IANA zone each lies in.

A line is a zone and its cities, divided by ` / `; a city is its Chinese name (`简|繁` where they differ), its
English one, then whatever else it is called, `_` standing for a blank. The first city names the zone. What is
written under several zones is ambiguous, the likeliest zone first. Countries stand among the cities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class City:
    """A city, country or region as people name it, and its zone."""

    zone: str
    hans: str
    hant: str
    english: str
    names: tuple[str, ...]


@lru_cache(maxsize=1)
def cities() -> tuple[City, ...]:
    """All of them, those of one zone together."""
    lines = (line.partition(": ") for line in _TABLE.replace("\n  ", " ").split("\n") if line)
    return tuple(_city(zone, text.split()) for zone, _, rest in lines for text in rest.split(" / "))


def _city(zone: str, words: Sequence[str]) -> City:
    hans, _, hant = words[0].partition("|")
    latin = [word.replace("_", " ") for word in words[1:]]
    return City(zone, hans, hant or hans, latin[0], (hans, *((hant,) if hant else ()), *latin))


_TABLE = """\
Asia/Urumqi: 乌鲁木齐|烏魯木齊 Urumqi Ürümqi Wulumuqi URC / 新疆 Xinjiang 新疆时间 / 喀什 Kashgar Kashi
Asia/Shanghai: 北京 Beijing Peking BJ PEK BJT 帝都 / 上海 Shanghai SH PVG SHA 魔都 / 天津 Tianjin TSN TJ /
  重庆|重慶 Chongqing CKG CQ / 广州|廣州 Guangzhou Canton CAN GZ / 深圳 Shenzhen SZX SZ 鹏城 /
  成都 Chengdu CTU CD 蓉城 / 杭州 Hangzhou HGH HZ / 南京 Nanjing NKG / 武汉|武漢 Wuhan WUH /
  西安 Xi'an XIY / 石家庄|石家莊 Shijiazhuang SJW / 太原 Taiyuan TYN / 呼和浩特 Hohhot HET Huhehaote 呼市 /
  沈阳|瀋陽 Shenyang SHE / 长春|長春 Changchun CGQ / 哈尔滨|哈爾濱 Harbin HRB Haerbin / 合肥 Hefei HFE /
  福州 Fuzhou FOC / 南昌 Nanchang KHN / 济南|濟南 Jinan TNA / 郑州|鄭州 Zhengzhou CGO /
  长沙|長沙 Changsha CSX / 南宁|南寧 Nanning NNG / 海口 Haikou HAK / 贵阳|貴陽 Guiyang KWE /
  昆明 Kunming KMG / 拉萨|拉薩 Lhasa LXA Lasa / 兰州|蘭州 Lanzhou LHW / 西宁|西寧 Xining XNN /
  银川|銀川 Yinchuan INC / 乌鲁木齐|烏魯木齊 Urumqi Ürümqi Wulumuqi URC / 新疆 Xinjiang /
  喀什 Kashgar Kashi / 苏州|蘇州 Suzhou / 无锡|無錫 Wuxi / 常州 Changzhou / 南通 Nantong / 徐州 Xuzhou /
  扬州|揚州 Yangzhou / 宁波|寧波 Ningbo / 温州|溫州 Wenzhou / 绍兴|紹興 Shaoxing / 嘉兴|嘉興 Jiaxing /
  金华|金華 Jinhua / 义乌|義烏 Yiwu / 台州|臺州 Taizhou / 青岛|青島 Qingdao Tsingtao TAO /
  烟台|煙台 Yantai / 潍坊|濰坊 Weifang / 威海 Weihai / 临沂|臨沂 Linyi / 大连|大連 Dalian DLC /
  厦门|廈門 Xiamen Amoy XMN / 泉州 Quanzhou / 漳州 Zhangzhou / 莆田 Putian / 佛山 Foshan /
  东莞|東莞 Dongguan / 珠海 Zhuhai ZUH / 中山 Zhongshan / 惠州 Huizhou / 汕头|汕頭 Shantou Swatow /
  湛江 Zhanjiang / 江门|江門 Jiangmen / 桂林 Guilin / 柳州 Liuzhou / 北海 Beihai / 三亚|三亞 Sanya SYX /
  洛阳|洛陽 Luoyang / 开封|開封 Kaifeng / 宜昌 Yichang / 襄阳|襄陽 Xiangyang / 株洲 Zhuzhou /
  岳阳|岳陽 Yueyang / 赣州|贛州 Ganzhou / 九江 Jiujiang / 芜湖|蕪湖 Wuhu / 绵阳|綿陽 Mianyang /
  遵义|遵義 Zunyi / 大理 Dali / 丽江|麗江 Lijiang / 咸阳|咸陽 Xianyang / 宝鸡|寶雞 Baoji / 大同 Datong /
  唐山 Tangshan / 保定 Baoding / 秦皇岛|秦皇島 Qinhuangdao / 雄安 Xiong'an / 包头|包頭 Baotou /
  鞍山 Anshan / 吉林 Jilin / 大庆|大慶 Daqing / 河北 Hebei / 山西 Shanxi /
  内蒙古|內蒙古 Inner_Mongolia Neimenggu / 辽宁|遼寧 Liaoning / 黑龙江|黑龍江 Heilongjiang /
  江苏|江蘇 Jiangsu / 浙江 Zhejiang / 安徽 Anhui / 福建 Fujian / 江西 Jiangxi / 山东|山東 Shandong /
  河南 Henan / 湖北 Hubei / 湖南 Hunan / 广东|廣東 Guangdong / 广西|廣西 Guangxi / 海南 Hainan /
  四川 Sichuan / 贵州|貴州 Guizhou / 云南|雲南 Yunnan / 西藏 Tibet Xizang / 陕西|陝西 Shaanxi /
  甘肃|甘肅 Gansu / 青海 Qinghai / 宁夏|寧夏 Ningxia /
  中国|中國 China PRC CN 大陆 大陸 内地 內地 中国大陆 中國大陸 国内 國內 中国标准时间 /
  中国中部|中國中部 CST
Asia/Hong_Kong: 香港 Hong_Kong HK HKG HKT 港
Asia/Macau: 澳门|澳門 Macau Macao MFM
Asia/Taipei: 台北|臺北 Taipei TPE / 台湾|臺灣 Taiwan TW 台灣 / 高雄 Kaohsiung KHH / 台中|臺中 Taichung /
  台南|臺南 Tainan / 新竹 Hsinchu
Asia/Tokyo: 东京|東京 Tokyo TYO NRT HND JST / 大阪 Osaka KIX / 京都 Kyoto / 名古屋 Nagoya /
  札幌 Sapporo CTS / 福冈|福岡 Fukuoka / 横滨|橫濱 Yokohama 横浜 / 冲绳|沖繩 Okinawa / 日本 Japan JP
Asia/Seoul: 首尔|首爾 Seoul ICN SEL KST 汉城 漢城 / 釜山 Busan PUS /
  韩国|韓國 South_Korea Korea KR 南韩 南韓
Asia/Pyongyang: 平壤 Pyongyang / 朝鲜|朝鮮 North_Korea
Asia/Singapore: 新加坡 Singapore SG SIN SGT 狮城 獅城 星洲
Asia/Kuala_Lumpur: 吉隆坡 Kuala_Lumpur KL KUL / 槟城|檳城 Penang / 新山 Johor_Bahru /
  马来西亚|馬來西亞 Malaysia MY 大马 大馬
Asia/Bangkok: 曼谷 Bangkok BKK / 清迈|清邁 Chiang_Mai / 普吉 Phuket / 泰国|泰國 Thailand
Asia/Ho_Chi_Minh: 胡志明市 Ho_Chi_Minh_City Saigon SGN 西贡 西貢 HCMC 胡志明 / 河内|河內 Hanoi HAN /
  越南 Vietnam VN
Asia/Manila: 马尼拉|馬尼拉 Manila MNL / 宿务|宿霧 Cebu / 菲律宾|菲律賓 Philippines
Asia/Jakarta: 雅加达|雅加達 Jakarta CGK / 泗水 Surabaya / 印尼 Indonesia 印度尼西亚 印度尼西亞
Asia/Makassar: 巴厘岛|峇里島 Bali Denpasar DPS / 印尼 Indonesia 印度尼西亚 印度尼西亞
Asia/Jayapura: 查亚普拉|查亞普拉 Jayapura / 印尼 Indonesia 印度尼西亚 印度尼西亞
Asia/Phnom_Penh: 金边|金邊 Phnom_Penh PNH / 柬埔寨 Cambodia
Asia/Vientiane: 万象|永珍 Vientiane 萬象 / 老挝|寮國 Laos
Asia/Yangon: 仰光 Yangon Rangoon / 缅甸|緬甸 Myanmar Burma
Asia/Brunei: 斯里巴加湾市|斯里巴加灣市 Bandar_Seri_Begawan / 文莱|汶萊 Brunei
Asia/Dhaka: 达卡|達卡 Dhaka DAC / 孟加拉国|孟加拉 Bangladesh 孟加拉國 /
  孟加拉标准时间 Bangladesh_Standard_Time BST
Asia/Kolkata: 加尔各答|加爾各答 Kolkata Calcutta / 德里 Delhi DEL 新德里 New_Delhi /
  孟买|孟買 Mumbai Bombay BOM / 班加罗尔|班加羅爾 Bangalore Bengaluru BLR / 金奈 Chennai Madras /
  海得拉巴 Hyderabad / 印度 India IN IST
Asia/Colombo: 科伦坡|可倫坡 Colombo / 斯里兰卡|斯里蘭卡 Sri_Lanka
Asia/Kathmandu: 加德满都|加德滿都 Kathmandu / 尼泊尔|尼泊爾 Nepal
Asia/Karachi: 卡拉奇 Karachi / 拉合尔|拉合爾 Lahore / 伊斯兰堡|伊斯蘭堡 Islamabad / 巴基斯坦 Pakistan
Asia/Kabul: 喀布尔|喀布爾 Kabul / 阿富汗 Afghanistan
Asia/Tashkent: 塔什干 Tashkent / 乌兹别克斯坦|烏茲別克 Uzbekistan
Asia/Almaty: 阿拉木图|阿拉木圖 Almaty / 阿斯塔纳|阿斯塔納 Astana / 哈萨克斯坦|哈薩克 Kazakhstan
Asia/Ulaanbaatar: 乌兰巴托|烏蘭巴托 Ulaanbaatar Ulan_Bator / 蒙古 Mongolia 蒙古国 蒙古國
Asia/Dubai: 迪拜|杜拜 Dubai DXB / 阿布扎比|阿布達比 Abu_Dhabi AUH / 阿联酋|阿聯酋 UAE United_Arab_Emirates
Asia/Riyadh: 利雅得|利雅德 Riyadh / 吉达|吉達 Jeddah / 沙特|沙烏地 Saudi_Arabia 沙特阿拉伯
Asia/Qatar: 多哈|杜哈 Doha DOH / 卡塔尔|卡達 Qatar
Asia/Kuwait: 科威特 Kuwait
Asia/Baghdad: 巴格达|巴格達 Baghdad / 伊拉克 Iraq
Asia/Tehran: 德黑兰|德黑蘭 Tehran / 伊朗 Iran
Asia/Jerusalem: 耶路撒冷 Jerusalem / 特拉维夫|特拉維夫 Tel_Aviv TLV / 以色列 Israel IST
Asia/Beirut: 贝鲁特|貝魯特 Beirut / 黎巴嫩 Lebanon
Asia/Amman: 安曼 Amman / 约旦|約旦 Jordan
Asia/Tbilisi: 第比利斯|提比里斯 Tbilisi / 格鲁吉亚|喬治亞 Georgia
Asia/Yerevan: 埃里温|葉里溫 Yerevan / 亚美尼亚|亞美尼亞 Armenia
Asia/Baku: 巴库|巴庫 Baku / 阿塞拜疆|亞塞拜然 Azerbaijan
Europe/Istanbul: 伊斯坦布尔|伊斯坦堡 Istanbul IST / 安卡拉 Ankara / 土耳其 Turkey Türkiye
Europe/Moscow: 莫斯科 Moscow MSK SVO / 圣彼得堡|聖彼得堡 St._Petersburg Saint_Petersburg /
  俄罗斯|俄羅斯 Russia 俄国 俄國
Asia/Yekaterinburg: 叶卡捷琳堡|葉卡捷琳堡 Yekaterinburg / 俄罗斯|俄羅斯 Russia 俄国 俄國
Asia/Novosibirsk: 新西伯利亚|新西伯利亞 Novosibirsk / 俄罗斯|俄羅斯 Russia 俄国 俄國
Asia/Vladivostok: 海参崴|海參崴 Vladivostok 符拉迪沃斯托克 / 俄罗斯|俄羅斯 Russia 俄国 俄國
Europe/London: 伦敦|倫敦 London LDN LON LHR / 曼彻斯特|曼徹斯特 Manchester / 爱丁堡|愛丁堡 Edinburgh /
  剑桥|劍橋 Cambridge / 牛津 Oxford / 伯明翰 Birmingham / 利物浦 Liverpool / 格拉斯哥 Glasgow /
  布里斯托 Bristol / 利兹|里茲 Leeds / 英国|英國 UK United_Kingdom Britain England GB 英格兰 英格蘭 /
  苏格兰|蘇格蘭 Scotland / 英国夏令时间 British_Summer_Time BST
Europe/Dublin: 都柏林 Dublin DUB / 爱尔兰|愛爾蘭 Ireland IST
Europe/Lisbon: 里斯本 Lisbon LIS / 葡萄牙 Portugal
Europe/Paris: 巴黎 Paris PAR CDG / 里昂 Lyon / 马赛|馬賽 Marseille / 尼斯 Nice / 法国|法國 France FR
Europe/Berlin: 柏林 Berlin BER / 慕尼黑 Munich München MUC / 法兰克福|法蘭克福 Frankfurt FRA /
  汉堡|漢堡 Hamburg / 科隆 Cologne Köln / 斯图加特|斯圖加特 Stuttgart / 杜塞尔多夫|杜塞道夫 Düsseldorf /
  德国|德國 Germany DE / 欧洲中部|歐洲中部 Central_Europe CET CEST
Europe/Madrid: 马德里|馬德里 Madrid MAD / 巴塞罗那|巴塞隆納 Barcelona BCN / 西班牙 Spain
Europe/Rome: 罗马|羅馬 Rome Roma FCO / 米兰|米蘭 Milan Milano MXP / 威尼斯 Venice /
  佛罗伦萨|佛羅倫斯 Florence / 意大利|義大利 Italy
Europe/Amsterdam: 阿姆斯特丹 Amsterdam AMS / 鹿特丹 Rotterdam / 荷兰|荷蘭 Netherlands Holland
Europe/Brussels: 布鲁塞尔|布魯塞爾 Brussels / 比利时|比利時 Belgium
Europe/Luxembourg: 卢森堡|盧森堡 Luxembourg
Europe/Zurich: 苏黎世|蘇黎世 Zurich Zürich ZRH / 日内瓦|日內瓦 Geneva Genève GVA / 瑞士 Switzerland
Europe/Vienna: 维也纳|維也納 Vienna Wien VIE / 奥地利|奧地利 Austria
Europe/Prague: 布拉格 Prague Praha / 捷克 Czechia Czech_Republic
Europe/Budapest: 布达佩斯|布達佩斯 Budapest / 匈牙利 Hungary
Europe/Warsaw: 华沙|華沙 Warsaw / 克拉科夫 Krakow / 波兰|波蘭 Poland
Europe/Copenhagen: 哥本哈根 Copenhagen CPH / 丹麦|丹麥 Denmark
Europe/Stockholm: 斯德哥尔摩|斯德哥爾摩 Stockholm / 瑞典 Sweden
Europe/Oslo: 奥斯陆|奧斯陸 Oslo / 挪威 Norway
Europe/Helsinki: 赫尔辛基|赫爾辛基 Helsinki / 芬兰|芬蘭 Finland
Europe/Athens: 雅典 Athens / 希腊|希臘 Greece
Europe/Kyiv: 基辅|基輔 Kyiv Kiev / 乌克兰|烏克蘭 Ukraine
Europe/Bucharest: 布加勒斯特 Bucharest / 罗马尼亚|羅馬尼亞 Romania
Europe/Sofia: 索非亚|索菲亞 Sofia / 保加利亚|保加利亞 Bulgaria
Europe/Belgrade: 贝尔格莱德|貝爾格勒 Belgrade / 塞尔维亚|塞爾維亞 Serbia
Europe/Zagreb: 萨格勒布|札格瑞布 Zagreb / 克罗地亚|克羅埃西亞 Croatia
Europe/Minsk: 明斯克 Minsk / 白俄罗斯|白俄羅斯 Belarus
Europe/Vilnius: 维尔纽斯|維爾紐斯 Vilnius / 立陶宛 Lithuania
Europe/Riga: 里加 Riga / 拉脱维亚|拉脫維亞 Latvia
Europe/Tallinn: 塔林 Tallinn / 爱沙尼亚|愛沙尼亞 Estonia
Atlantic/Reykjavik: 雷克雅未克|雷克雅維克 Reykjavik / 冰岛|冰島 Iceland
America/New_York: 纽约|紐約 New_York NYC NY JFK 紐約市 曼哈顿 / 波士顿|波士頓 Boston BOS /
  华盛顿|華盛頓 Washington Washington_DC DC 华府 華府 / 费城|費城 Philadelphia / 匹兹堡|匹茲堡 Pittsburgh /
  亚特兰大|亞特蘭大 Atlanta ATL / 迈阿密|邁阿密 Miami MIA / 奥兰多|奧蘭多 Orlando / 底特律 Detroit /
  新泽西|新澤西 New_Jersey NJ / 乔治亚州|喬治亞州 Georgia 佐治亚 佐治亞 / 克利夫兰|克里夫蘭 Cleveland /
  剑桥|劍橋 Cambridge / 美东|美東 US_East Eastern EST EDT ET 美国东部 美國東部 东部时间 /
  美国|美國 USA US United_States America
America/Chicago: 芝加哥 Chicago CHI ORD / 休斯敦|休士頓 Houston 休斯顿 HOU / 达拉斯|達拉斯 Dallas DFW /
  奥斯汀|奧斯汀 Austin / 新奥尔良|紐奧良 New_Orleans / 明尼阿波利斯 Minneapolis /
  圣路易斯|聖路易 St._Louis / 伯明翰 Birmingham / 美中 US_Central Central CDT CT 美国中部 美國中部 /
  美国中部标准时间 Central_Standard_Time CST / 美国|美國 USA US United_States America
America/Denver: 丹佛 Denver DEN / 盐湖城|鹽湖城 Salt_Lake_City /
  美国山区|美國山區 US_Mountain Mountain MST MDT / 美国|美國 USA US United_States America
America/Phoenix: 凤凰城|鳳凰城 Phoenix PHX / 亚利桑那|亞利桑那 Arizona
America/Los_Angeles: 洛杉矶|洛杉磯 Los_Angeles LA LAX / 旧金山|舊金山 San_Francisco SF SFO 三藩市 金山 /
  西雅图|西雅圖 Seattle SEA / 硅谷|矽谷 Silicon_Valley / 湾区|灣區 Bay_Area 灣區 /
  圣何塞|聖荷西 San_Jose SJC / 圣地亚哥|聖地牙哥 San_Diego SAN / 波特兰|波特蘭 Portland /
  拉斯维加斯|拉斯維加斯 Las_Vegas LAS / 尔湾|爾灣 Irvine / 帕罗奥图|帕羅奧圖 Palo_Alto /
  圣克拉拉|聖克拉拉 Santa_Clara / 加州 California CA 加利福尼亚 /
  美西 US_West Pacific PST PDT PT 美国西部 美國西部 / 美国|美國 USA US United_States America
America/Anchorage: 安克雷奇|安克拉治 Anchorage / 阿拉斯加 Alaska
Pacific/Honolulu: 檀香山 Honolulu HNL 火奴鲁鲁 火奴魯魯 / 夏威夷 Hawaii HST
America/Toronto: 多伦多|多倫多 Toronto YYZ / 渥太华|渥太華 Ottawa /
  蒙特利尔|蒙特婁 Montreal Montréal YUL 满地可 滿地可 / 滑铁卢|滑鐵盧 Waterloo / 加拿大 Canada
America/Winnipeg: 温尼伯|溫尼伯 Winnipeg / 加拿大 Canada
America/Edmonton: 埃德蒙顿|艾德蒙頓 Edmonton / 卡尔加里|卡加利 Calgary YYC / 加拿大 Canada
America/Vancouver: 温哥华|溫哥華 Vancouver YVR / 维多利亚|維多利亞 Victoria / 加拿大 Canada
America/Halifax: 哈利法克斯 Halifax / 加拿大 Canada
America/St_Johns: 圣约翰斯|聖約翰斯 St._John's Newfoundland 纽芬兰 紐芬蘭
America/Mexico_City: 墨西哥城 Mexico_City CDMX / 墨西哥 Mexico
America/Tijuana: 蒂华纳|提華納 Tijuana / 墨西哥 Mexico
America/Cancun: 坎昆 Cancun Cancún / 墨西哥 Mexico
America/Costa_Rica: 圣何塞|聖荷西 San_Jose San_José / 哥斯达黎加|哥斯大黎加 Costa_Rica
America/Panama: 巴拿马城|巴拿馬城 Panama_City / 巴拿马|巴拿馬 Panama
America/Havana: 哈瓦那 Havana / 古巴 Cuba
America/Bogota: 波哥大 Bogota Bogotá / 哥伦比亚|哥倫比亞 Colombia
America/Lima: 利马|利馬 Lima / 秘鲁|秘魯 Peru
America/Caracas: 加拉加斯|卡拉卡斯 Caracas / 委内瑞拉|委內瑞拉 Venezuela
America/Santiago: 圣地亚哥|聖地牙哥 Santiago SCL / 智利 Chile
America/Argentina/Buenos_Aires: 布宜诺斯艾利斯|布宜諾斯艾利斯 Buenos_Aires EZE / 阿根廷 Argentina
America/Montevideo: 蒙得维的亚|蒙特維多 Montevideo / 乌拉圭|烏拉圭 Uruguay
America/Sao_Paulo: 圣保罗|聖保羅 São_Paulo Sao_Paulo GRU /
  里约热内卢|里約熱內盧 Rio_de_Janeiro Rio GIG 里约 / 巴西利亚|巴西利亞 Brasilia Brasília / 巴西 Brazil
America/Manaus: 马瑙斯|瑪瑙斯 Manaus / 巴西 Brazil
Africa/Cairo: 开罗|開羅 Cairo / 埃及 Egypt
Africa/Johannesburg: 约翰内斯堡|約翰尼斯堡 Johannesburg JNB / 开普敦|開普敦 Cape_Town / 南非 South_Africa
Africa/Nairobi: 内罗毕|奈洛比 Nairobi / 肯尼亚|肯亞 Kenya
Africa/Lagos: 拉各斯|拉哥斯 Lagos / 阿布贾|阿布加 Abuja / 尼日利亚|奈及利亞 Nigeria
Africa/Accra: 阿克拉 Accra / 加纳|迦納 Ghana
Africa/Casablanca: 卡萨布兰卡|卡薩布蘭卡 Casablanca / 摩洛哥 Morocco
Africa/Algiers: 阿尔及尔|阿爾及爾 Algiers / 阿尔及利亚|阿爾及利亞 Algeria
Africa/Tunis: 突尼斯 Tunis Tunisia
Africa/Addis_Ababa: 亚的斯亚贝巴|阿迪斯阿貝巴 Addis_Ababa / 埃塞俄比亚|衣索比亞 Ethiopia
Africa/Dar_es_Salaam: 达累斯萨拉姆|三蘭港 Dar_es_Salaam / 坦桑尼亚|坦尚尼亞 Tanzania
Australia/Sydney: 悉尼 Sydney SYD 雪梨 / 堪培拉|坎培拉 Canberra / 澳洲东部|澳洲東部 AEST AEDT /
  澳大利亚|澳洲 Australia AU 澳大利亞
Australia/Melbourne: 墨尔本|墨爾本 Melbourne MEL
Australia/Brisbane: 布里斯班 Brisbane BNE / 黄金海岸|黃金海岸 Gold_Coast /
  澳大利亚|澳洲 Australia AU 澳大利亞
Australia/Adelaide: 阿德莱德|阿德雷德 Adelaide ADL / 澳大利亚|澳洲 Australia AU 澳大利亞
Australia/Darwin: 达尔文|達爾文 Darwin
Australia/Perth: 珀斯|柏斯 Perth PER / 澳大利亚|澳洲 Australia AU 澳大利亞
Australia/Hobart: 霍巴特|荷巴特 Hobart / 塔斯马尼亚|塔斯馬尼亞 Tasmania
Pacific/Auckland: 奥克兰|奧克蘭 Auckland AKL / 惠灵顿|威靈頓 Wellington / 基督城 Christchurch /
  新西兰|紐西蘭 New_Zealand NZ
Pacific/Fiji: 苏瓦|蘇瓦 Suva / 斐济|斐濟 Fiji
Pacific/Apia: 阿皮亚|阿皮亞 Apia / 萨摩亚|薩摩亞 Samoa
Pacific/Guam: 关岛|關島 Guam
Pacific/Port_Moresby: 莫尔兹比港|莫士比港 Port_Moresby / 巴布亚新几内亚|巴布亞紐幾內亞 Papua_New_Guinea
Indian/Maldives: 马累|馬累 Malé / 马尔代夫|馬爾地夫 Maldives
Indian/Mauritius: 路易港 Port_Louis / 毛里求斯|模里西斯 Mauritius
Etc/UTC: 世界标准|世界標準 UTC GMT Z Zulu 协调世界时 世界时 格林尼治 格林威治 零时区
"""
