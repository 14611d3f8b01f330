"""Texts for tests, in several languages and scripts."""

ARTICLE = """\
How Norway's Ålesund Rose From the Ashes

In the early hours of January 23, 1904, a fire broke out in a margarine factory in the small Norwegian \
coastal town of Ålesund. A fierce gale was blowing from the southwest, and the flames leapt from roof to \
roof faster than anyone could run. By the following afternoon, some 850 houses had burned to the ground \
and more than 10,000 people were without shelter. Remarkably, only one person died: an elderly woman who \
had gone back to fetch her purse.

News of the disaster travelled quickly. Kaiser Wilhelm II of Germany, who had often spent his holidays \
sailing the fjords nearby, sent four ships loaded with food, medicine, and building materials within \
days. He also sent workers to build temporary barracks. One of the town's main streets still bears his \
name.

The town had to be rebuilt, and it had to be rebuilt quickly. New rules required that every house in the \
centre be made of stone or brick. Around fifty architects, most of them Norwegians who had trained in \
Berlin and Trondheim, arrived to take up the work. They were young, and they brought with them the newest \
style of the day: Art Nouveau, which the Germans called Jugendstil.

Within only three years, about 320 buildings stood complete. Turrets, spires, and fantastic ornament in \
the shape of dragons, flowers, and masks covered the facades. Unlike the grand boulevards of Paris or \
Vienna, however, the new Ålesund was built for fishermen and merchants. Its warehouses opened directly \
onto the water so that dried cod could be loaded straight into boats.

For decades nobody thought much of it. In the 1960s, several of the finest buildings were nearly \
demolished to make room for modern shops and parking. It was local residents who protested, formed a \
preservation society, and convinced the council to protect the quarter. Why did they care so much? Many \
of them had grandparents who had lost everything in the fire and had laid the stones with their own \
hands.

Today the Art Nouveau centre is the heart of a thriving tourist trade, with half a million visitors each \
year. Visitors climb the 418 steps to the Aksla viewpoint to see the town spread across its islands. The \
former Swan Pharmacy, with its carved staircase and stained glass, has become a museum that tells the \
story of the fire and the rebuilding.

The lesson that many draw from Ålesund is not about architecture alone. Disasters destroy, but they also \
leave an open space in which a community decides what it wants to be. The people of Ålesund chose to \
build something beautiful, and they chose to do it together.
Subscribe to our newsletter for more travel stories.
"""

GERMAN = """\
In der Nacht zum 23. Januar 1904 brach in Ålesund ein Feuer aus. Ein Sturm trieb die Flammen von Dach zu Dach. \
Am nächsten Tag waren rund 850 Häuser zerstört, und mehr als zehntausend Menschen hatten kein Obdach. \
Nur ein Mensch kam ums Leben. Innerhalb von drei Jahren entstand die Stadt neu, diesmal aus Stein. \
Fünfzig junge Architekten bauten Türme, Erker und Drachen an die Fassaden. \
Heute kommen jedes Jahr eine halbe Million Gäste, um die Häuser im Jugendstil zu sehen. \
Warum wurde die Altstadt nicht abgerissen? Bürger gründeten einen Verein und überzeugten den Rat der Stadt.
"""

CHINESE = (
    "1904年1月23日凌晨，挪威小城奥勒松发生了一场大火。强风把火焰从一个屋顶吹到另一个屋顶。"
    "第二天下午，大约850座房屋被烧毁，一万多人无家可归。令人惊讶的是，只有一个人遇难。"
    "新的规定要求市中心的房屋必须用石头或砖建造。五十位年轻的建筑师来到这里。"
    "三年之内，三百二十座新建筑拔地而起。今天，每年有五十万游客来到奥勒松参观这些建筑。"
    "为什么这些老房子没有被拆除？因为居民们成立了协会，说服了市议会保护老城区。"
)

JAPANESE = (
    "1904年1月23日の未明、ノルウェーの小さな町オーレスンで火事が起きました。強い風が炎を屋根から屋根へと運びました。"
    "翌日の午後までに、およそ850軒の家が焼け、一万人以上が家を失いました。驚いたことに、亡くなったのは一人だけでした。"
    "新しい決まりでは、中心部の家は石か煉瓦で建てなければなりませんでした。五十人の若い建築家が集まりました。"
    "三年のうちに、三百二十の建物が完成しました。今では毎年五十万人の観光客が町を訪れます。"
    "なぜ古い家は取り壊されなかったのでしょうか？住民が会を作り、町を説得したからです。"
)

ARABIC = (
    "في فجر الثالث والعشرين من يناير عام 1904 اندلع حريق في بلدة أوليسوند النرويجية الصغيرة. "
    "كانت الرياح قوية فنقلت النار من سطح إلى سطح. في اليوم التالي كان نحو 850 منزلا قد احترق. "
    "فقد أكثر من عشرة آلاف شخص بيوتهم. ومن الغريب أن شخصا واحدا فقط مات في الحريق. "
    "طلبت القوانين الجديدة بناء البيوت من الحجر أو الطوب. جاء خمسون مهندسا شابا لإعادة بناء البلدة. "
    "خلال ثلاث سنوات اكتمل بناء ثلاثمئة وعشرين بيتا. لماذا لم تهدم البيوت القديمة؟ "
    "أسس السكان جمعية وأقنعوا المجلس بحماية الحي القديم. يزور البلدة اليوم نصف مليون سائح كل عام."
)
